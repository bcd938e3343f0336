package dev.troupe.run;

/// How much of a limit is used for now: less after refusals, more again with successes. Additive increase,
/// multiplicative decrease (Chiu and Jain 1989), as TCP has it; refusals that come within a second are
/// one.
final class Pace {

  private static final double LEAST = 1.0 / 64;
  private static final double GAIN = 1.0 / 40;
  private static final long ONE_REFUSAL_MILLIS = 1_000;

  private double fraction = 1;
  private long slowedAtMillis = Long.MIN_VALUE;

  /// Of the limit, 1/64 to 1.
  double fraction() {
    return fraction;
  }

  void refused(long atMillis) {
    if (slowedAtMillis == Long.MIN_VALUE || atMillis - slowedAtMillis >= ONE_REFUSAL_MILLIS) {
      fraction = Math.max(LEAST, fraction / 2);
      slowedAtMillis = atMillis;
    }
  }

  void succeeded() {
    fraction = Math.min(1, fraction + GAIN);
  }
}
