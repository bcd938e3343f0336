package dev.troupe.laboratory;

import dev.troupe.simulation.Metrics;
import java.util.List;
import java.util.stream.Collectors;

/// Where programs are too few for a load, in words: all have come before they begin to end, and the engines
/// never see traffic of that rate.
final class Burst {

  private Burst() {}

  /// A sentence with a space before it; empty where at each load some row has programs end while others
  /// come.
  static String note(List<Row> rows) {
    var loads =
        rows.stream()
            .map(Row::load)
            .distinct()
            .filter(load -> rows.stream().filter(row -> row.load() == load).allMatch(Burst::isOne))
            .map(Numbers::brief)
            .collect(Collectors.joining(", "));
    return loads.isEmpty()
        ? ""
        : " At load "
            + loads
            + " all programs come in less time than one takes in the mean: a burst, and not traffic of"
            + " that rate, for which it needs more programs.";
  }

  private static boolean isOne(Row row) {
    return row.results().stream().map(Result::metrics).allMatch(Burst::isOne);
  }

  /// From the first arrival to the last it takes less time than a program does.
  private static boolean isOne(Metrics metrics) {
    var rate = metrics.rates().offeredPerSecond();
    return rate.isPresent()
        && (metrics.programs() - 1) / rate.getAsDouble() < metrics.responseSeconds().mean();
  }
}
