package dev.troupe.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.run.RunReport;
import java.util.Locale;

/// How well a run went, in JSON.
final class RunReports {

  private RunReports() {}

  static ObjectNode json(RunReport report) {
    var json = Responses.JSON.createObjectNode();
    json.put("state", report.state().word());
    json.put("wall_ms", report.wallMillis());
    json.put("step_ms", report.stepMillis());
    json.put("queued_ms", report.queuedMillis());
    json.put("speedup_ratio", report.speedupRatio());
    json.put("utilisation", report.utilisation());
    var steps = json.putObject("steps");
    report.steps().forEach(steps::put);
    json.put("retries", report.retries());
    json.put("timeouts", report.timeouts());
    json.put("failure_rate", report.failureRate());
    json.put("timeout_rate", report.timeoutRate());
    var path = json.putArray("critical_path");
    report.criticalPath().forEach(step -> path.add(step.value()));
    json.put("critical_ms", report.criticalMillis());
    var stages = json.putArray("stages");
    for (var stage : report.stages()) {
      stages
          .addObject()
          .put("stage", stage.number())
          .put("tasks", stage.steps())
          .put("start_ms", stage.startMillis())
          .put("end_ms", stage.endMillis());
    }
    var alerts = json.putArray("alerts");
    report.alerts().stream()
        .map(alert -> alert.name().toLowerCase(Locale.ROOT))
        .sorted()
        .forEach(alerts::add);
    return json;
  }
}
