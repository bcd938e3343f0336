package dev.troupe.laboratory;

import java.util.List;
import picocli.CommandLine.Option;

/// How fast programs come.
final class LoadOption {

  @Option(
      names = "--load",
      paramLabel = "LOAD",
      split = ",",
      description =
          "One or more, by comma; 1: as fast as the engines serve. Default: 0.8; for comparisons,"
              + " 0.5,0.8,1,1.5.")
  private List<Double> loads = List.of();

  @Option(
      names = "--rate",
      paramLabel = "PROGRAMS_PER_SECOND",
      split = ",",
      description =
          "Instead of --load: how many programs come per second; one or more, by comma. 'recorded': as"
              + " many as in the trace, in the mean of all its hours.")
  private List<Rate> rates = List.of();

  /// What is named, or the loads that stand in for nothing.
  ///
  /// @param known asked only where a rate is named
  /// @throws IllegalArgumentException when both are named, or a number makes no sense
  Loads or(List<Double> otherwise, Rates known) {
    if (!loads.isEmpty() && !rates.isEmpty()) {
      throw new IllegalArgumentException(
          "--load and --rate both say how fast programs come; leave out one of them");
    }
    if (!rates.isEmpty()) {
      return Loads.ofRates(rates, known);
    }
    return Loads.of(loads.isEmpty() ? otherwise : loads);
  }
}
