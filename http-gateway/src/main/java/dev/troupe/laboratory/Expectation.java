package dev.troupe.laboratory;

/// What is expected of an experiment, by the question it asks.
enum Expectation {

  /// Which policy serves programs sooner.
  OF_POLICIES(
      "Expected: at light load all policies are alike, since nothing waits; towards and past load 1"
          + " they part, as far as programs wait or their caches thrash. Those that serve short ones"
          + " first then have a lower mean than "
          + Experiment.TODAY
          + ", today's practice, and knowing the remaining work beforehand shows what order can gain."
          + " Where engines are never full, none gains."),

  /// What each idea of the policy that ships gives.
  OF_IDEAS(
      "Expected: at light load the policy is as fast without any of its ideas. Past that, what an"
          + " idea gives shows where it has work to do: the order where calls wait, placement and"
          + " patience where prompts repeat, the window where memory is short, aging and history in"
          + " the highest percentiles. No idea should make it slower."),

  /// How many programs a second a policy sustains at a latency.
  OF_THROUGHPUT(
      "Expected: policies that serve short programs first and keep caches warm sustain more programs"
          + " per second than "
          + Experiment.TODAY
          + ", today's practice, the more so the further the target lies above the latency of idle"
          + " engines. A target below that latency is met at no load, and one that is met far past"
          + " saturation bounds nothing.");

  final String text;

  Expectation(String text) {
    this.text = text;
  }
}
