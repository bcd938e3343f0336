package dev.troupe.laboratory;

import dev.troupe.laboratory.Inputs.Source;
import java.util.stream.Stream;

/// What an experiment simulates, and what is expected of it before it is known: said with every result.
///
/// @param read what a trace told; empty where programs are generated
record Statement(String simulated, String read, String expected) {

  /// Results at loads that are named.
  ///
  /// @throws IllegalArgumentException when the programs cannot be had
  static Statement of(Experiment experiment, Bench bench, Expectation expectation) {
    return of(experiment, bench, experiment.loads().toString(), expectation);
  }

  /// @param offered which loads, in words
  static Statement of(Experiment experiment, Bench bench, String offered, Expectation expectation) {
    var inputs = experiment.inputs();
    // Also where they are generated: what cannot be had is refused before anything is said.
    var census = bench.census(inputs, experiment.fleet().profile());
    return new Statement(
        experiment.simulated(bench.settingsName(), offered),
        inputs.source() instanceof Source.Trace ? census.read() : "",
        expectation.text);
  }

  /// In the order in which they are said.
  Stream<String> sentences() {
    return Stream.of(simulated, read, expected).filter(sentence -> !sentence.isEmpty());
  }
}
