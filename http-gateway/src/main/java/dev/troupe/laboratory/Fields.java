package dev.troupe.laboratory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/// One run as named numbers, for other tools. Names end in their unit; `_s` is seconds, `_per_s` per
/// second. Times are virtual, except `decision_us` and `calls_per_wall_s`. A value that a run does
/// not have is left empty.
final class Fields {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Fields() {}

  /// In a fixed order. Those up to `max_waiting_to_service` are what tools rely on.
  static Map<String, Object> of(Result result) {
    var fields = new LinkedHashMap<String, Object>();
    var setup = result.setup();
    fields.put("policy", setup.policy());
    fields.put("placement", setup.placement());
    fields.put("load", setup.load());
    fields.put("engines", setup.engines());
    fields.put("seed", setup.seed());
    addMeasures(fields, result);
    fields.put("profile", setup.profile());
    fields.put("workload", result.workload());
    addDetails(fields, result);
    return fields;
  }

  private static void addMeasures(Map<String, Object> fields, Result result) {
    var metrics = result.metrics();
    fields.put("programs", metrics.programs());
    fields.put("mean_response_s", metrics.responseSeconds().mean());
    fields.put("p50_response_s", metrics.responseSeconds().p50());
    fields.put("p95_response_s", metrics.responseSeconds().p95());
    fields.put("p99_response_s", metrics.responseSeconds().p99());
    fields.put("mean_token_latency_s", metrics.tokenLatencySeconds().mean());
    fields.put("programs_per_s", metrics.rates().servedPerSecond());
    fields.put("kv_hit_rate", metrics.cache().hitRate());
    fields.put("preemptions", metrics.preemptions());
    fields.put("jain", metrics.fairness().ofPrograms());
    fields.put("max_waiting_to_service", metrics.waitingToService().max());
  }

  private static void addDetails(Map<String, Object> fields, Result result) {
    var metrics = result.metrics();
    fields.put("refused", metrics.refused());
    fields.put("scaled", metrics.scaled());
    fields.put("calls", metrics.calls());
    fields.put("max_response_s", metrics.responseSeconds().max());
    fields.put("p95_token_latency_s", metrics.tokenLatencySeconds().p95());
    fields.put("makespan_s", metrics.rates().makespanSeconds());
    addIfPresent(fields, "offered_programs_per_s", metrics.rates().offeredPerSecond());
    fields.put("prompt_tokens", metrics.cache().promptTokens());
    fields.put("prefilled_tokens", metrics.cache().prefilledTokens());
    fields.put("p50_waiting_to_service", metrics.waitingToService().p50());
    fields.put("p95_waiting_to_service", metrics.waitingToService().p95());
    addIfPresent(fields, "jain_of_tenants", metrics.fairness().ofTenants());
    fields.put("decision_us", metrics.effort().decisionMicros());
    fields.put("calls_per_wall_s", metrics.effort().callsPerSecond());
  }

  private static void addIfPresent(Map<String, Object> fields, String name, OptionalDouble value) {
    fields.put(name, value.isPresent() ? value.getAsDouble() : "");
  }

  /// One object, without a line break.
  static String json(Result result) {
    var present = new LinkedHashMap<>(of(result));
    present.values().removeIf(""::equals);
    try {
      return JSON.writeValueAsString(present);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("numbers and names are always JSON", impossible);
    }
  }

  /// A heading and a line per result, as [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180) has it.
  static String csv(List<Result> results) {
    var lines = new StringBuilder(line(of(results.getFirst()).keySet()));
    results.forEach(result -> lines.append(line(of(result).values())));
    return lines.toString();
  }

  private static String line(Collection<?> values) {
    return values.stream().map(Fields::quoted).collect(Collectors.joining(",")) + "\r\n";
  }

  private static String quoted(Object value) {
    var text = value.toString();
    return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
