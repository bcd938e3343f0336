package dev.troupe.laboratory;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/// How fast programs come, at one load after the other.
///
/// @param values the loads; at 1 programs come as fast as the engines serve them when all are there from
///     the start
/// @param rates the programs per second that make these loads, where they were asked for so; else none
/// @param recorded which of the loads is that of the recorded rate; empty where none is
record Loads(List<Double> values, List<Double> rates, OptionalDouble recorded) {

  /// Below that, programs never meet, and engines do nothing for years.
  private static final double LEAST = 0.001;

  Loads {
    values = List.copyOf(values);
    rates = List.copyOf(rates);
  }

  /// @throws IllegalArgumentException when one is not above 0, or hardly
  static Loads of(List<Double> loads) {
    var distinct = required("--load", loads);
    for (double load : distinct) {
      if (load < LEAST) {
        throw new IllegalArgumentException(
            "--load: at %s programs never meet each other; give %s or more".formatted(load, LEAST));
      }
    }
    return new Loads(distinct, List.of(), OptionalDouble.empty());
  }

  /// The loads that rates make. The recorded one makes any: its programs may have come close together
  /// between long times without any.
  ///
  /// @param known its capacity is asked only where all rates are above 0
  /// @throws IllegalArgumentException when one is not above 0, or a number that hardly is, or not known
  static Loads ofRates(List<Rate> rates, Rates known) {
    var census = known.census();
    var distinct = required("--rate", rates.stream().map(rate -> rate.perSecond(census)).toList());
    double most = known.capacity();
    rates.stream()
        .flatMapToDouble(rate -> rate.programsPerSecond().stream())
        .filter(rate -> rate / most < LEAST)
        .findFirst()
        .ifPresent(rate -> {
          throw new IllegalArgumentException(
              ("--rate: at %s programs per second, of %s that the engines serve, programs never meet"
                      + " each other; give %s or more")
                  .formatted(rate, Numbers.brief(most), notBelow(most * LEAST)));
        });
    return new Loads(
        distinct.stream().map(rate -> rate / most).toList(),
        distinct,
        rates.stream()
            .filter(Rate::isRecorded)
            .mapToDouble(rate -> rate.perSecond(census) / most)
            .findFirst());
  }

  /// In three digits, rounded up: what is told must not be refused.
  private static String notBelow(double number) {
    var inDigits = new MathContext(3, RoundingMode.CEILING);
    return BigDecimal.valueOf(number).round(inDigits).toPlainString();
  }

  private static List<Double> required(String option, List<Double> values) {
    for (double value : values) {
      if (!(value > 0) || Double.isInfinite(value)) {
        throw new IllegalArgumentException(option + ": expected more than 0, not " + value);
      }
    }
    return values.stream().distinct().toList();
  }

  /// As part of a sentence.
  @Override
  public String toString() {
    return (rates.isEmpty() ? "" : listed(rates) + " programs per second, which is ")
        + "load "
        + listed(values)
        + " (1: programs come as fast as the engines serve them when all are there from the start)";
  }

  private static String listed(List<Double> numbers) {
    return numbers.stream().map(Numbers::brief).collect(Collectors.joining(", "));
  }
}
