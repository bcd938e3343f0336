package dev.troupe.laboratory;

import java.util.List;
import picocli.CommandLine.Option;

/// At which loads programs come.
final class LoadOption {

  @Option(
      names = "--load",
      paramLabel = "LOAD",
      split = ",",
      description =
          "One or more, by comma; 1: as fast as the engines serve. Default: 0.8; for comparisons,"
              + " 0.5,0.8,1,1.5.")
  private List<Double> loads = List.of();

  /// The loads named, or those that stand in for none.
  List<Double> or(List<Double> otherwise) {
    return loads.isEmpty() ? otherwise : loads;
  }
}
