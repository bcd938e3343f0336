package dev.troupe.chaos;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The results of a chaos run, for people and for programs.
final class ChaosReport {

  private static final JsonMapper JSON = new JsonMapper();

  private ChaosReport() {}

  /// A table with a verdict for each check.
  static String table(List<ScenarioResult> results) {
    var table = new StringBuilder();
    for (var result : results) {
      table.append("\n%s: %s%n".formatted(result.scenario().name(), result.scenario().about()));
      table.append(
          ("  %d calls; detected after %s, engines watched again after %s,"
                  + " first call served after %s, longest silence %s%n")
              .formatted(
                  result.calls(),
                  seconds(result.detection()),
                  seconds(Optional.of(result.recovery())),
                  seconds(result.firstServed()),
                  seconds(Optional.of(result.longestSilence()))));
      for (var verdict : result.verdicts()) {
        table.append(
            "  %-6s %-52s %s%n"
                .formatted(verdict.passed() ? "ok" : "FAILED", verdict.check(), verdict.found()));
      }
    }
    long failed =
        results.stream()
            .flatMap(result -> result.verdicts().stream())
            .filter(verdict -> !verdict.passed())
            .count();
    long all = results.stream().mapToLong(result -> result.verdicts().size()).sum();
    return table
        .append(
            "%n%s: %d of %d checks hold%n"
                .formatted(failed == 0 ? "PASSED" : "FAILED", all - failed, all))
        .toString();
  }

  /// One array with an object for each scenario; times in seconds.
  static String json(List<ScenarioResult> results) {
    var list = JSON.createArrayNode();
    for (var result : results) {
      var json = list.addObject();
      json.put("scenario", result.scenario().name());
      json.put("target", result.target());
      json.put("passed", result.passed());
      json.put("calls", result.calls());
      result.detection().ifPresent(time -> json.put("detection_s", time.toMillis() / 1e3));
      json.put("recovery_s", result.recovery().toMillis() / 1e3);
      result.firstServed().ifPresent(time -> json.put("first_served_s", time.toMillis() / 1e3));
      json.put("longest_silence_s", result.longestSilence().toMillis() / 1e3);
      var verdicts = json.putArray("verdicts");
      for (var verdict : result.verdicts()) {
        verdicts
            .addObject()
            .put("check", verdict.check())
            .put("passed", verdict.passed())
            .put("found", verdict.found());
      }
    }
    return list.toPrettyString() + "\n";
  }

  private static String seconds(Optional<Duration> time) {
    return time.map(length -> String.format(Locale.ROOT, "%.1f s", length.toMillis() / 1e3))
        .orElse("-");
  }
}
