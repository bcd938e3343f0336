package dev.troupe.run;

import java.util.OptionalDouble;

/// When the next step may start, so that no more than so many start in any second.
///
/// A sliding window: the n-th start before the next one is at least as long ago as n starts take. Below one
/// start per second the window is one start long. Cost: `O(1)`; 8 B for each start in the window.
final class LaunchRate {

  /// Starts in the window: faster rates have a shorter window, and remember no more.
  private static final int MAX_WINDOW = 1_000;

  private static final double MILLIS_PER_SECOND = 1_000;

  private final OptionalDouble perSecond;
  private final long[] starts;
  private long count;

  LaunchRate(OptionalDouble perSecond) {
    this.perSecond = perSecond;
    this.starts = new long[perSecond.isEmpty() ? 0 : window(perSecond.getAsDouble())];
  }

  void started(long atMillis) {
    if (starts.length > 0) {
      starts[(int) (count % starts.length)] = atMillis;
      count++;
    }
  }

  /// @param fraction of the rate that is used for now
  /// @return the earliest time of the next start; the past where that may be now
  long nextStartMillis(double fraction) {
    if (perSecond.isEmpty()) {
      return Long.MIN_VALUE;
    }
    double rate = perSecond.getAsDouble() * fraction;
    int window = window(rate);
    if (count < window) {
      return Long.MIN_VALUE;
    }
    long oldest = starts[(int) ((count - window) % starts.length)];
    return oldest + (long) Math.ceil(window / rate * MILLIS_PER_SECOND);
  }

  private static int window(double rate) {
    return Math.clamp((long) rate, 1, MAX_WINDOW);
  }
}
