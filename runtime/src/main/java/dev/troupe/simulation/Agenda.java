package dev.troupe.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;

/// What is to happen later in virtual time. Things due at the same time happen in the order in which
/// they were entered.
final class Agenda {

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(
          Comparator.comparingLong(Entry::atNanos).thenComparingLong(Entry::number));
  private long number;

  private record Entry(long atNanos, long number, Runnable action) {}

  void at(long atNanos, Runnable action) {
    entries.add(new Entry(atNanos, number++, action));
  }

  /// When the next thing is due; [Long#MAX_VALUE] when there is none.
  long nextNanos() {
    var next = entries.peek();
    return next == null ? Long.MAX_VALUE : next.atNanos();
  }

  int size() {
    return entries.size();
  }

  /// Lets the next thing happen.
  void runNext() {
    entries.remove().action().run();
  }
}
