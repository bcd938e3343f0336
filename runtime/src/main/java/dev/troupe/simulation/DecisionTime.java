package dev.troupe.simulation;

import java.util.function.LongSupplier;

/// What the control plane's decisions cost in wall time.
final class DecisionTime {

  private final LongSupplier wallNanos;
  private long decisions;
  private long nanos;

  /// @param wallNanos monotonic time
  DecisionTime(LongSupplier wallNanos) {
    this.wallNanos = wallNanos;
  }

  long nowNanos() {
    return wallNanos.getAsLong();
  }

  /// One has been made that began then.
  void add(long beganNanos) {
    decisions++;
    nanos += nowNanos() - beganNanos;
  }

  long decisions() {
    return decisions;
  }

  /// Of all together.
  long nanos() {
    return nanos;
  }
}
