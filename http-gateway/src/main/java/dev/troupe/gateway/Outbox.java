package dev.troupe.gateway;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;

/// What one other gateway is still to be told, oldest first.
///
/// One message is on its way at a time, so that a gateway that is slow gets fewer and larger ones, and
/// one that is stuck costs no more than the bound: beyond it the oldest notes are dropped. A message
/// that is not confirmed in time counts as lost, and the next one goes. Confined to one thread; O(1)
/// for each note.
final class Outbox {

  /// Of notes in one message, by [Note#bytes]: a quarter of a frame of the cluster, and hundreds of
  /// notes.
  static final int MAX_BYTES = 128 * 1024;

  /// Longer than a message and its confirmation take between nodes that are well.
  private static final long PATIENCE_NANOS = 1_000_000_000;

  private final ArrayDeque<Note> past = new ArrayDeque<>();
  private final ArrayDeque<Note> notes = new ArrayDeque<>();
  private final int limit;
  private long bytes;
  private long number;
  private OptionalLong unheardSince = OptionalLong.empty();

  /// One message.
  record Batch(Notes notes, long number) {}

  /// @param limit notes held at most
  Outbox(int limit) {
    this.limit = limit;
  }

  /// Tells a gateway that has just come what was before. Does not count for the bound.
  void recall(List<Note> recalled) {
    past.addAll(recalled);
    recalled.forEach(note -> bytes += note.bytes());
  }

  /// @return how many others had to give way
  int add(Note note) {
    notes.add(note);
    bytes += note.bytes();
    if (notes.size() <= limit) {
      return 0;
    }
    remove(notes);
    return 1;
  }

  /// The next message. Empty when there is nothing to tell, or one is on its way.
  ///
  /// @param nowNanos monotonic
  Optional<Batch> next(long nowNanos) {
    boolean isOnItsWay =
        unheardSince.isPresent() && nowNanos - unheardSince.getAsLong() < PATIENCE_NANOS;
    if (isOnItsWay || isEmpty()) {
      return Optional.empty();
    }
    var taken = new ArrayList<Note>();
    long before = bytes;
    while (!isEmpty()
        && (taken.isEmpty() || before - bytes + oldest().element().bytes() <= MAX_BYTES)) {
      taken.add(remove(oldest()));
    }
    unheardSince = OptionalLong.of(nowNanos);
    number++;
    return Optional.of(new Batch(Notes.of(taken), number));
  }

  /// The other gateway has remembered the message of that number.
  void heard(long heard) {
    if (heard == number) {
      unheardSince = OptionalLong.empty();
    }
  }

  boolean isEmpty() {
    return past.isEmpty() && notes.isEmpty();
  }

  /// Whether there is enough for a message as large as they get.
  boolean isFull() {
    return bytes >= MAX_BYTES;
  }

  private Queue<Note> oldest() {
    return past.isEmpty() ? notes : past;
  }

  private Note remove(Queue<Note> from) {
    var oldest = from.remove();
    bytes -= oldest.bytes();
    return oldest;
  }
}
