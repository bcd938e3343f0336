package dev.troupe.laboratory.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/// Values along an axis, and where they lie on it.
///
/// @param least at the beginning; more than 0 where logarithmic
/// @param most at the end, more than least
/// @param isLogarithmic equal ratios are equally long
record Scale(double least, double most, boolean isLogarithmic) {

  private static final int INTERVALS = 8;
  private static final double[] MANTISSAS = {1, 2, 5};
  private static final double[] FINE_MANTISSAS = {1, 1.5, 2, 3, 5, 7};
  private static final double[] POWERS_ONLY = {1};

  /// Shorter axes than that make much of little.
  private static final double LEAST_RATIO = 3;

  /// What lies below it is drawn at it: a logarithm has no zero.
  private static final double SMALLEST = 1e-3;

  /// From zero to the largest value.
  static Scale linear(DoubleStream values) {
    double most = values.max().orElse(1);
    return new Scale(0, most > 0 ? most * 1.05 : 1, false);
  }

  /// From the smallest value above zero to the largest.
  static Scale logarithmic(DoubleStream values) {
    var summary = values.map(value -> Math.max(SMALLEST, value)).summaryStatistics();
    if (summary.getCount() == 0) {
      return new Scale(1, 10, true);
    }
    double least = summary.getMin() / 1.1;
    return new Scale(least, Math.max(summary.getMax() * 1.1, least * LEAST_RATIO), true);
  }

  /// 0 at the beginning, 1 at the end.
  double position(double value) {
    return isLogarithmic
        ? Math.log(Math.clamp(value, least, most) / least) / Math.log(most / least)
        : (Math.clamp(value, least, most) - least) / (most - least);
  }

  /// Round values along the axis.
  List<Double> ticks() {
    return isLogarithmic ? logarithmicTicks() : linearTicks();
  }

  private List<Double> linearTicks() {
    double step = roundStep((most - least) / INTERVALS);
    var ticks = new ArrayList<Double>();
    for (long at = (long) Math.ceil(least / step); at * step <= most; at++) {
      ticks.add(at * step);
    }
    return ticks;
  }

  private static double roundStep(double rough) {
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double mantissa : MANTISSAS) {
      if (mantissa * power >= rough * 0.999) {
        return mantissa * power;
      }
    }
    return 10 * power;
  }

  /// Powers of ten; between them others where there are few.
  private List<Double> logarithmicTicks() {
    double ratio = most / least;
    var mantissas = ratio < 30 ? FINE_MANTISSAS : ratio < 1000 ? MANTISSAS : POWERS_ONLY;
    var ticks = new ArrayList<Double>();
    for (int power = (int) Math.floor(Math.log10(least)); Math.pow(10, power) <= most; power++) {
      for (double mantissa : mantissas) {
        double tick = mantissa * Math.pow(10, power);
        if (tick >= least && tick <= most) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  /// A tick as text, without trailing zeros.
  static String label(double tick) {
    var text = String.format(Locale.ROOT, "%.4f", tick);
    return text.replaceAll("\\.?0+$", "");
  }
}
