package dev.troupe.laboratory;

import java.util.OptionalDouble;

/// A search for the highest load that still meets a target, by doubling or halving until the answer
/// lies between two loads, then by bisection. Taken for granted: what meets it at one load meets it
/// at every lower one.
///
/// @param met the highest load known to meet it; 0 when none is
/// @param missed the lowest load known to miss it; infinite when none is
record LoadSearch(double met, double missed) {

  static final LoadSearch START = new LoadSearch(0, Double.POSITIVE_INFINITY);

  /// Below that, programs hardly meet each other.
  static final double LEAST = 0.05;

  /// Far past saturation. A finite workload that meets the target here meets it however it comes.
  static final double MOST = 8;

  private static final double FIRST = 0.5;

  /// The answer is known to this part of itself.
  private static final double PRECISION = 0.02;

  /// The load to try next; empty when the answer is known.
  OptionalDouble next() {
    if (met == 0 && missed == Double.POSITIVE_INFINITY) {
      return OptionalDouble.of(FIRST);
    }
    if (missed == Double.POSITIVE_INFINITY) {
      return met >= MOST ? OptionalDouble.empty() : OptionalDouble.of(Math.min(MOST, 2 * met));
    }
    if (met == 0) {
      return missed <= LEAST
          ? OptionalDouble.empty()
          : OptionalDouble.of(Math.max(LEAST, missed / 2));
    }
    return missed - met <= PRECISION * met
        ? OptionalDouble.empty()
        : OptionalDouble.of((met + missed) / 2);
  }

  /// The search after a load was tried.
  LoadSearch told(double load, boolean meets) {
    return meets
        ? new LoadSearch(Math.max(met, load), missed)
        : new LoadSearch(met, Math.min(missed, load));
  }
}
