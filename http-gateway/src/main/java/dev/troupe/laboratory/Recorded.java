package dev.troupe.laboratory;

import dev.troupe.simulation.Distribution;
import java.util.Optional;

/// How soon programs were served when a node recorded them, which stands beside what simulations say.
///
/// @param load that their recorded rate makes
/// @param calls of the programs
/// @param responseSeconds of programs, as in [dev.troupe.simulation.Metrics]
record Recorded(double load, int programs, int calls, Distribution responseSeconds) {

  /// What stands in place of a policy's name.
  static final String NAME = "recorded";

  /// Empty where the programs do not come as fast as they were recorded, or it is not known how soon they
  /// were served.
  static Optional<Recorded> of(Experiment experiment, Bench bench) {
    var load = experiment.loads().recorded();
    if (load.isEmpty()) {
      return Optional.empty();
    }
    var census = bench.census(experiment.inputs(), experiment.fleet().profile());
    return census
        .responseSeconds()
        .map(seconds ->
            new Recorded(load.getAsDouble(), census.programs(), census.calls(), seconds));
  }

  /// A sentence with a space before it.
  String note() {
    return " Recorded: what these programs took on the engines of the recording, under the policy of that time.";
  }
}
