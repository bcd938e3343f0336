package dev.troupe.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.run.IdempotencyMarks;
import dev.troupe.run.RunError;
import dev.troupe.run.RunView;
import dev.troupe.run.StepError;
import dev.troupe.run.StepView;
import java.math.BigDecimal;
import java.util.Optional;

/// Runs as clients see them, in JSON. Times are wall-clock milliseconds, money is in whole units.
final class RunAnswers {

  private static final int MICRO_DIGITS = 6;

  private RunAnswers() {}

  static ObjectNode run(RunView run) {
    var json = Responses.JSON.createObjectNode();
    json.put("id", run.id().value());
    json.put("state", run.state().word());
    var tasks = json.putObject("tasks");
    run.steps().forEach(step -> tasks.set(step.id().value(), step(step)));
    var usage = json.putObject("usage");
    usage.put("tokens", run.used().tokens());
    usage.put("prompt_tokens", run.used().promptTokens());
    usage.put("cached_tokens", run.used().cachedTokens());
    usage.put("output_tokens", run.used().outputTokens());
    usage.put("calls", run.used().calls());
    usage.set("cost", money(run.spent().micros(), run.budget().currency()));
    usage.set("reserved", money(run.reserved().micros(), run.budget().currency()));
    json.set("error", run.error().map(RunAnswers::error).orElse(null));
    json.put("is_stopping", run.isStopping());
    json.put("is_open", run.isOpen());
    run.notes().forEach(json::set);
    json.set("memory", Responses.JSON.valueToTree(run.memory()));
    json.set("metadata", Responses.JSON.valueToTree(IdempotencyMarks.hidden(run.metadata())));
    json.put("sequence", run.sequence());
    json.put("created_at", run.createdAtMillis());
    json.put("updated_at", run.updatedAtMillis());
    putTime(json, "ended_at", run.endedAtMillis());
    return json;
  }

  private static ObjectNode step(StepView step) {
    var json = Responses.JSON.createObjectNode();
    json.put("kind", step.kind());
    json.put("state", step.state().word());
    json.set("output", step.output().orElse(null));
    json.set("error", step.error().map(RunAnswers::error).orElse(null));
    if (!step.waitsFor().isEmpty()) {
      json.put("waits_for", step.waitsFor());
    }
    var dependencies = json.putArray("deps");
    step.dependencies().forEach(dependency -> dependencies.add(dependency.value()));
    json.put("attempts", step.attempts());
    json.put("tokens", step.used().tokens());
    json.put("cost", units(step.micros()));
    json.put("queued_ms", step.queuedMillis());
    json.put("ran_ms", step.ranMillis());
    putTime(json, "started_at", step.startedAtMillis());
    putTime(json, "ended_at", step.endedAtMillis());
    return json;
  }

  private static JsonNode error(RunError error) {
    var json = Responses.JSON.createObjectNode();
    json.put("code", error.code().word());
    json.put("message", error.message());
    json.put("status", RunFault.status(error.code()));
    error.step().ifPresent(step -> json.put("task", step.value()));
    return json;
  }

  private static JsonNode error(StepError error) {
    var json = Responses.JSON.createObjectNode();
    json.put("code", error.code().word());
    json.put("message", error.message());
    json.put("may_have_run", error.mayHaveRun());
    return json;
  }

  private static ObjectNode money(long micros, String currency) {
    return Responses.JSON.createObjectNode().put("amount", units(micros)).put("currency", currency);
  }

  private static BigDecimal units(long micros) {
    return BigDecimal.valueOf(micros, MICRO_DIGITS).stripTrailingZeros();
  }

  private static void putTime(ObjectNode json, String name, long millis) {
    Optional.of(millis)
        .filter(time -> time > 0)
        .ifPresentOrElse(time -> json.put(name, time), () -> json.putNull(name));
  }
}
