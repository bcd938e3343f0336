package dev.troupe.actor;

import dev.troupe.run.Pages;
import dev.troupe.run.Recorded;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// What has happened in a run lately: what is still to be kept, and what followers are told. Confined to
/// its run's actor; every method takes O(what it returns), [#events] O(what it has).
final class RunHistory {

  /// Events that followers are told of without a look into the journal.
  private static final int REMEMBERED = 512;

  private final List<Recorded> unkept = new ArrayList<>();
  private final Deque<Recorded> latest = new ArrayDeque<>();
  private long last;
  private int beingKept;

  /// @param areToBeKept whether the journal is to have them; what it does not have is remembered for ever
  void add(List<Recorded> events, boolean areToBeKept) {
    latest.addAll(events);
    if (areToBeKept) {
      unkept.addAll(events);
      forget();
    }
    if (!events.isEmpty()) {
      last = events.getLast().sequence();
    }
  }

  /// Takes in what the journal has.
  void read(List<Recorded> events) {
    latest.addAll(events);
    last = events.getLast().sequence();
    forget();
  }

  private void forget() {
    while (latest.size() > REMEMBERED + unkept.size()) {
      latest.removeFirst();
    }
  }

  /// Begins to keep what is not kept; empty when there is nothing, or something is being kept already.
  List<Recorded> beginKeeping() {
    if (beingKept > 0) {
      return List.of();
    }
    beingKept = unkept.size();
    return List.copyOf(unkept);
  }

  /// What was begun is kept.
  void kept() {
    unkept.subList(0, beingKept).clear();
    beingKept = 0;
  }

  int unkept() {
    return unkept.size();
  }

  /// The number of the last event that needs no keeping any more.
  long keptUpTo() {
    return last - unkept.size();
  }

  /// Whether it has all events from a number on.
  boolean reaches(long from) {
    return from > last || !latest.isEmpty() && latest.getFirst().sequence() <= from;
  }

  /// Events in order, a page of them.
  ///
  /// @param from number of the first
  /// @param upTo number of the last that may be returned
  List<Recorded> events(long from, long upTo, int most) {
    var events =
        latest.stream()
            .filter(event -> event.sequence() >= from && event.sequence() <= upTo)
            .limit(most)
            .toList();
    return Pages.events(events, most);
  }
}
