package dev.troupe.node;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The policy that ships without one of its ideas, to see what each of them gives.
///
/// Simulated as `least-cost` with other settings; named `without-…`.
enum Ablation {
  ORDER("Arrival order; the rest as shipped", Map.of("troupe.schedule.discipline", "fcfs")),
  PACE(
      "As much on an engine as its memory holds, however slow",
      Map.of("troupe.engine.window.max-slowdown", 1e6)),
  PASSING(
      "Calls like those sent lately wait for a quick engine too",
      Map.of("troupe.engine.window.pass-alike", false)),
  ADDED_DELAY("Placement by prefix and bounded load instead", Map.of()),
  PATIENCE(
      "Waits for the best engine only as long as it saves, whatever the others do",
      Map.of("troupe.schedule.placement.takes-over-below", 1)),
  COPIES(
      "What a second copy of a prompt pushes out of a cache does not count",
      Map.of("troupe.schedule.placement.copy-weight", 0)),
  ENDINGS(
      "How likely programs are to end does not count",
      Map.of("troupe.schedule.least-cost.learn-endings", false)),
  DECLARED(
      "What programs say of how long they are does not count",
      Map.of("troupe.schedule.least-cost.heed-declared", false)),
  AGING("Waiting does not count", Map.of("troupe.schedule.least-cost.aging", 0));

  static final String ABLATED = "least-cost";

  private static final String PREFIX = "without-";

  final String meaning;
  final Map<String, Object> overrides;

  Ablation(String meaning, Map<String, Object> overrides) {
    this.meaning = meaning;
    this.overrides = overrides;
  }

  String policy() {
    return PREFIX + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The policy whose order is simulated.
  String simulatedPolicy() {
    return overrides.getOrDefault("troupe.schedule.discipline", ABLATED).toString();
  }

  static Optional<Ablation> named(String policy) {
    return Arrays.stream(values()).filter(each -> each.policy().equals(policy)).findFirst();
  }
}
