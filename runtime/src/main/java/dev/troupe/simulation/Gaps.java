package dev.troupe.simulation;

import java.util.Arrays;

/// The latest gaps between a call's end and the next call of its program, for [RetentionConduct].
final class Gaps {

  private static final int COLD = 100;
  private static final int KEPT = 500;

  private final long[] nanos = new long[KEPT];
  private long[] sorted = new long[0];
  private int seen;

  void add(long gapNanos) {
    nanos[seen++ % KEPT] = gapNanos;
    // A distribution changes slowly: sorting it now and then is enough.
    if (seen <= COLD || seen % COLD == 0) {
      sorted = Arrays.copyOf(nanos, Math.min(seen, KEPT));
      Arrays.sort(sorted);
    }
  }

  boolean isCold() {
    return seen <= COLD;
  }

  /// The time that is worth most: the share of gaps that end within it × what that saves, less the
  /// time itself. One of the gaps seen, or 0.
  long best(double savedNanos) {
    long best = 0;
    double most = 0;
    for (int at = 0; at < sorted.length; at++) {
      double worth = (at + 1.0) / sorted.length * savedNanos - sorted[at];
      if (worth > most) {
        most = worth;
        best = sorted[at];
      }
    }
    return best;
  }
}
