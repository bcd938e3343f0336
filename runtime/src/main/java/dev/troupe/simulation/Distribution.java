package dev.troupe.simulation;

import java.util.Arrays;

/// Where the values of a sample lie. A quantile between two values is interpolated linearly.
///
/// @param mean the arithmetic mean
/// @param p50 the median
/// @param p95 what 95 % of the values do not pass
/// @param p99 what 99 % of the values do not pass
/// @param max the largest value
public record Distribution(double mean, double p50, double p95, double p99, double max) {

  /// O(n log n).
  ///
  /// @throws IllegalArgumentException without values
  public static Distribution of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values have no distribution");
    }
    var sorted = values.clone();
    Arrays.sort(sorted);
    return new Distribution(
        Arrays.stream(sorted).average().orElseThrow(),
        quantile(sorted, 0.5),
        quantile(sorted, 0.95),
        quantile(sorted, 0.99),
        sorted[sorted.length - 1]);
  }

  /// @param fraction 0 for the smallest value, 1 for the largest
  private static double quantile(double[] sorted, double fraction) {
    double position = fraction * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
