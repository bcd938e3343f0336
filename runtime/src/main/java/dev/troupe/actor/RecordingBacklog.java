package dev.troupe.actor;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// How many calls are to be recorded and not yet taken up, up to a bound: a disk that hangs costs calls
/// of the recording, and no memory without end.
///
/// Safe for use by many threads; never blocks.
final class RecordingBacklog {

  private final int most;
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder dropped = new LongAdder();

  RecordingBacklog(int most) {
    this.most = most;
  }

  /// One more call.
  ///
  /// @return whether there is room for it; else it counts as dropped
  boolean join() {
    boolean hasRoom = waiting.incrementAndGet() <= most;
    if (!hasRoom) {
      waiting.decrementAndGet();
      dropped.increment();
    }
    return hasRoom;
  }

  /// One of those that joined is taken up.
  void leave() {
    waiting.decrementAndGet();
  }

  /// Calls that joined and are not taken up.
  int waiting() {
    return waiting.get();
  }

  /// Calls dropped since this was last asked.
  long takeDropped() {
    return dropped.sumThenReset();
  }
}
