package dev.troupe.laboratory;

/// What is expected of an experiment, by the question it asks.
enum Expectation {

  /// Which policy serves programs sooner.
  OF_POLICIES(
      "Expected: no difference at light load, since nothing waits. Towards and past load 1, policies"
          + " that serve short programs first have a lower mean than "
          + Experiment.TODAY
          + ", today's practice. Where engines are never full, none gains."),

  /// What each idea of the policy that ships gives.
  OF_IDEAS(
      "Expected: at light load the policy is as fast without any of its ideas. Past that it is slower"
          + " without the order where calls wait, without placement and patience where prompts repeat,"
          + " without the window where memory is short, and in the highest percentiles without aging."),

  /// How many programs a second a policy sustains at a latency.
  OF_THROUGHPUT(
      "Expected: policies that serve short programs first and keep caches warm sustain more programs"
          + " per second than "
          + Experiment.TODAY
          + ", today's practice. A target below the latency of idle engines is met at no load; one that"
          + " is met far past saturation bounds nothing.");

  final String text;

  Expectation(String text) {
    this.text = text;
  }
}
