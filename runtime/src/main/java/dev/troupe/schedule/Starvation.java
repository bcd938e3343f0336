package dev.troupe.schedule;

/// From when on a program that waits counts as starving.
///
/// A program starves once both hold:
///
/// ```
/// (earlier waiting + this waiting) ÷ attained service ≥ ratio
/// this waiting ≥ threshold
/// ```
///
/// Attained service is what it was when the call queued, so the instant is known from the start and
/// nothing that happens later moves it: `arrival + max(threshold, ratio × attained − earlier)`. With
/// no service attained the ratio is infinite and the threshold alone counts.
///
/// The ratio follows Luo et al., [Autellix](https://arxiv.org/abs/2502.13965), algorithm 1. The paper
/// has neither a threshold nor an end of a promotion.
///
/// @param ratio waiting over attained service
/// @param thresholdNanos waiting below which nobody starves
/// @param promotionNanos how long the calls that a starving program makes next are promoted too
public record Starvation(double ratio, long thresholdNanos, long promotionNanos) {

  private static final long FAR_NANOS = Long.MAX_VALUE / 4;

  public Starvation {
    if (!(ratio > 0) || ratio == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("a starvation ratio must be positive, not " + ratio);
    }
    if (thresholdNanos < 0 || promotionNanos <= 0) {
      throw new IllegalArgumentException("starvation times must be positive");
    }
  }

  /// The monotonic time at which the call makes its program starve.
  long beginsNanos(long arrivalNanos, long receivedNanos, long earlierWaitNanos) {
    double missingNanos = Math.ceil(ratio * receivedNanos - earlierWaitNanos);
    long waitNanos = Math.max(thresholdNanos, (long) Math.min(missingNanos, FAR_NANOS));
    return arrivalNanos + Math.min(waitNanos, FAR_NANOS);
  }
}
