package dev.troupe.schedule;

/// The priority classes of a discretized queue: level 0 for the least service, each next one for
/// twice as much, the last without an end.
///
/// With quantum `q` the lower bounds are 0, q, 2q, 4q, 8q, …: a strict order by service would
/// interleave programs that are nearly equal and finish all of them late.
///
/// Luo et al., [Autellix](https://arxiv.org/abs/2502.13965), section 4.2.2; the paper leaves the
/// number of levels and the quantum open.
///
/// @param count levels, 1 to 32
/// @param quantumNanos service that leads out of level 0
public record Levels(int count, long quantumNanos) {

  /// One level: arrival order.
  static final Levels ONE = new Levels(1, 1);

  public Levels {
    if (count < 1 || count > 32) {
      throw new IllegalArgumentException("between 1 and 32 levels, not " + count);
    }
    if (quantumNanos <= 0 || quantumNanos > Long.MAX_VALUE >> count) {
      throw new IllegalArgumentException("a quantum must be positive and fit, not " + quantumNanos);
    }
  }

  /// The level of a call that counts with so much service.
  public int of(long serviceNanos) {
    long quanta = serviceNanos / quantumNanos;
    // 0 → 0, 1 → 1, 2..3 → 2, 4..7 → 3: the length of the number in bits.
    int level = Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, quanta));
    return Math.min(level, count - 1);
  }
}
