package dev.troupe.laboratory;

/// What an experiment simulates, and what is expected of it before it is known: said with every result.
record Statement(String simulated, String expected) {

  /// Results at loads that are named.
  static Statement of(Experiment experiment, Bench bench, Expectation expectation) {
    return new Statement(experiment.simulated(bench.settingsName()), expectation.text);
  }
}
