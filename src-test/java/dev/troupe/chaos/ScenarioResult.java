package dev.troupe.chaos;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What a scenario showed.
///
/// @param recovery from the blow until all engines were watched again
/// @param firstServed from the blow until a call that was sent after it was served
/// @param longestSilence the longest time in which no call was completed, from the blow until the
///     cluster was whole again
/// @param calls completed in all
record ScenarioResult(
    Scenario scenario,
    String target,
    Optional<Duration> detection,
    Duration recovery,
    Optional<Duration> firstServed,
    Duration longestSilence,
    int calls,
    List<Verdict> verdicts) {

  ScenarioResult {
    verdicts = List.copyOf(verdicts);
  }

  static ScenarioResult of(Scenario scenario, Evidence evidence, List<Verdict> verdicts) {
    var disturbance = evidence.disturbance();
    var completed =
        evidence.attempts().stream()
            .filter(Attempt::isCompleted)
            .sorted(Comparator.comparingLong(Attempt::endNanos))
            .toList();
    long beganNanos = disturbance.beganNanos();
    var firstServed =
        completed.stream()
            .filter(attempt -> attempt.sentNanos() >= beganNanos)
            .findFirst()
            .map(attempt -> Duration.ofNanos(attempt.endNanos() - beganNanos));
    return new ScenarioResult(
        scenario,
        disturbance.target(),
        disturbance.detection(),
        disturbance.recovery(),
        firstServed,
        longestSilence(completed, beganNanos, disturbance.endedNanos()),
        completed.size(),
        verdicts);
  }

  /// A scenario that came to no end.
  static ScenarioResult brokenOff(Scenario scenario, String why) {
    return new ScenarioResult(
        scenario,
        "",
        Optional.empty(),
        Duration.ZERO,
        Optional.empty(),
        Duration.ZERO,
        0,
        List.of(new Verdict("the scenario comes to its end", false, why)));
  }

  boolean passed() {
    return verdicts.stream().allMatch(Verdict::passed);
  }

  private static Duration longestSilence(
      List<Attempt> completed, long beganNanos, long endedNanos) {
    long longest = 0;
    long last = beganNanos;
    for (var attempt : completed) {
      if (attempt.endNanos() > beganNanos && last < endedNanos) {
        longest = Math.max(longest, attempt.endNanos() - last);
        last = attempt.endNanos();
      }
    }
    return Duration.ofNanos(longest);
  }
}
