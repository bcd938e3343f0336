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

  private static final int INTERVALS = 5;
  private static final double[] MANTISSAS = {1, 2, 5};

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
    return new Scale(least, Math.max(summary.getMax() * 1.1, least * 10), true);
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

  /// Powers of ten; between them 2 and 5 where there are few.
  private List<Double> logarithmicTicks() {
    boolean isShort = most / least < 1000;
    var ticks = new ArrayList<Double>();
    for (int power = (int) Math.floor(Math.log10(least)); Math.pow(10, power) <= most; power++) {
      for (double mantissa : isShort ? MANTISSAS : new double[] {1}) {
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
