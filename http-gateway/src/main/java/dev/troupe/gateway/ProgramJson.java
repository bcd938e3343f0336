package dev.troupe.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.actor.EngineActor.EngineView;
import dev.troupe.program.Call;
import dev.troupe.program.ProgramView;
import dev.troupe.program.ProgramView.CallView;
import java.util.Locale;

/// Views of programs and engines as JSON. Times are milliseconds with three places.
final class ProgramJson {

  private ProgramJson() {}

  static ObjectNode program(ProgramView view) {
    var json = Responses.JSON.createObjectNode();
    json.put("id", view.id().value());
    json.put("object", "program");
    json.put("state", state(view.state()));
    json.put("parent", view.parent().map(parent -> parent.value()).orElse(null));
    json.put("source", view.source());
    var metadata = json.putObject("metadata");
    view.metadata().forEach(metadata::put);
    json.put("is_multithreaded", view.isMultithreaded());
    json.put("is_promoted", view.isPromoted());
    json.put("priority", view.priority());
    view.remainingCalls().ifPresent(calls -> json.put("remaining_calls", calls));
    putStanding(json, view);
    json.put("age_ms", millis(view.ageNanos()));
    json.put("since_arrival_ms", millis(view.sinceArrivalNanos()));
    json.put(
        "since_completion_ms", view.sinceCompletionNanos().map(ProgramJson::millis).orElse(null));
    json.put("total_calls", view.totalCalls());
    json.put("completed_calls", view.completedCalls());
    json.put("failed_calls", view.failedCalls());
    json.put("cancelled_calls", view.cancelledCalls());
    json.put("active_calls", view.calls().stream().filter(ProgramJson::isOpen).count());
    json.put("prompt_tokens", view.promptTokens());
    json.put("cached_tokens", view.cachedTokens());
    json.put("output_tokens", view.outputTokens());
    var engines = json.putArray("engines");
    view.engines().forEach(engine -> engines.add(engine.value()));
    var calls = json.putArray("calls");
    view.calls().forEach(call -> calls.add(call(call)));
    return json;
  }

  private static void putStanding(ObjectNode json, ProgramView view) {
    json.put("service_ms", millis(view.standing().attainedNanos()));
    json.put("waiting_ms", millis(view.standing().waitedNanos()));
    json.put("critical_path_ms", millis(view.standing().criticalPathNanos()));
    double ratio = view.starvationRatio();
    // JSON has no infinity: a program that waits and has attained nothing.
    json.put("starvation_ratio", Double.isInfinite(ratio) ? null : (Double) ratio);
  }

  private static ObjectNode call(CallView view) {
    var json = Responses.JSON.createObjectNode();
    json.put("id", CallNames.name(view.id()));
    json.put("state", state(view));
    var parents = json.putArray("parents");
    view.parents().stream().map(CallNames::name).forEach(parents::add);
    json.put("age_ms", millis(view.ageNanos()));
    json.put("waiting_ms", millis(view.waitedNanos()));
    json.put("service_ms", millis(view.serviceNanos()));
    json.put("path_ms", millis(view.pathNanos()));
    json.put("level", view.level().orElse(null));
    json.put("prompt_tokens", view.usage().promptTokens());
    json.put("cached_tokens", view.usage().cachedTokens());
    json.put("output_tokens", view.usage().outputTokens());
    json.put("engine", view.engine().map(engine -> engine.value()).orElse(null));
    return json;
  }

  static ObjectNode engine(EngineView view) {
    var json = Responses.JSON.createObjectNode();
    json.put("id", view.endpoint().id().value());
    json.put("object", "engine");
    json.put("dialect", view.endpoint().dialect().name().toLowerCase(Locale.ROOT));
    json.put("url", view.endpoint().url().toString());
    json.put("is_reachable", view.isReachable());
    json.put("why_unreachable", view.whyUnreachable().orElse(null));
    json.put("window", view.window());
    json.put("in_flight", view.inFlight());
    json.put("kv_tokens_in_flight", view.kvTokensInFlight());
    var models = json.putArray("models");
    view.models().stream().sorted().forEach(models::add);
    view.status()
        .ifPresent(status -> {
          status.slots().ifPresent(slots -> json.put("slots", slots));
          status.running().ifPresent(running -> json.put("running", running));
          status.waiting().ifPresent(waiting -> json.put("waiting", waiting));
          status.kvCapacityTokens().ifPresent(tokens -> json.put("kv_capacity_tokens", tokens));
          status.kvCacheUse().ifPresent(use -> json.put("kv_cache_use", use));
        });
    return json;
  }

  static ObjectNode callName(String program, Call.Id call) {
    var json = Responses.JSON.createObjectNode();
    json.put("program_id", program);
    json.put("call_id", CallNames.name(call));
    return json;
  }

  private static String state(ProgramView.State state) {
    return switch (state) {
      case IDLE -> "idle";
      case WAITING -> "waiting";
      case RUNNING -> "running";
      case COMPLETED -> "completed";
      case FAILED -> "failed";
      case TIMED_OUT -> "timeout";
    };
  }

  private static String state(CallView call) {
    return call.isCancelled() ? "cancelled" : call.state().name().toLowerCase(Locale.ROOT);
  }

  private static boolean isOpen(CallView call) {
    return switch (call.state()) {
      case WAITING, RUNNING -> true;
      case COMPLETED, FAILED -> false;
    };
  }

  private static double millis(long nanos) {
    return Math.round(nanos / 1e3) / 1e3;
  }
}
