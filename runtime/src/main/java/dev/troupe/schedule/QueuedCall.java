package dev.troupe.schedule;

import dev.troupe.program.Call;
import dev.troupe.program.Program;
import java.util.Comparator;

/// A call in a [MultilevelQueue], with its place.
final class QueuedCall {

  /// Order within a level: by arrival, then by id, so that a call put back takes its old place.
  static final Comparator<QueuedCall> BY_ARRIVAL =
      (left, right) -> {
        int order = Long.compare(left.arrivalNanos, right.arrivalNanos);
        return order != 0 ? order : byId(left, right);
      };

  static final Comparator<QueuedCall> BY_STARVATION =
      (left, right) -> {
        int order = Long.compare(left.starvesAtNanos, right.starvesAtNanos);
        return order != 0 ? order : byId(left, right);
      };

  private final Waiting waiting;
  // A field of its own: searching a long queue reads little else.
  private final long arrivalNanos;
  private final long starvesAtNanos;
  private int level;
  private boolean promoted;

  QueuedCall(Waiting waiting, int level, long starvesAtNanos) {
    this.waiting = waiting;
    this.arrivalNanos = waiting.arrivalNanos();
    this.level = level;
    this.starvesAtNanos = starvesAtNanos;
  }

  Waiting waiting() {
    return waiting;
  }

  Call.Id id() {
    return waiting.call().id();
  }

  Program.Id program() {
    return waiting.call().program();
  }

  long arrivalNanos() {
    return arrivalNanos;
  }

  long starvesAtNanos() {
    return starvesAtNanos;
  }

  int level() {
    return level;
  }

  boolean isPromoted() {
    return promoted;
  }

  void promote() {
    level = 0;
    promoted = true;
  }

  CallQueue.Next next() {
    return new CallQueue.Next(waiting, level, promoted);
  }

  private static int byId(QueuedCall left, QueuedCall right) {
    return left.id().value().compareTo(right.id().value());
  }
}
