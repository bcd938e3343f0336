package dev.troupe.laboratory;

import dev.troupe.simulation.Distribution;
import java.util.Arrays;

/// One number over all seeds.
record Spread(double median, double least, double most) {

  static Spread of(double... values) {
    return new Spread(
        Distribution.of(values).p50(),
        Arrays.stream(values).min().orElseThrow(),
        Arrays.stream(values).max().orElseThrow());
  }

  /// The median, with the range where one is to be seen in so many digits: `12.3 (11.9–13.0)`.
  @Override
  public String toString() {
    var middle = Numbers.threeDigits(median);
    var low = Numbers.threeDigits(least);
    var high = Numbers.threeDigits(most);
    return low.equals(high) ? middle : middle + " (" + low + "–" + high + ")";
  }
}
