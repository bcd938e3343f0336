package dev.troupe.laboratory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troupe.laboratory.ThroughputStudy.Search;
import dev.troupe.simulation.Distribution;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One result as named numbers, for other tools. Names end in their unit; `_s` is seconds, `_per_s` per
/// second. Times are virtual, except `decision_us` and `calls_per_wall_s`. A value that a result does
/// not have is empty.
///
/// @param values by name, in a fixed order
record Fields(Map<String, Object> values) {

  private static final ObjectMapper JSON = new ObjectMapper();

  Fields {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /// One run. The fields up to `max_waiting_to_service` are what tools rely on.
  private static Fields of(Result result) {
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
    addLengths(fields, result);
    addOversized(fields, result);
    addDetails(fields, result);
    return new Fields(fields);
  }

  /// One for each run, and one for the recording, where that is known.
  static List<Fields> of(List<Result> results, Optional<Recorded> recorded) {
    var runs = results.stream().map(Fields::of);
    var others = recorded.stream().map(known -> of(known, of(results.getFirst())));
    return Stream.concat(runs, others).toList();
  }

  /// The fields of a run, empty but for those that a recording has.
  private static Fields of(Recorded recorded, Fields run) {
    var fields = new LinkedHashMap<String, Object>();
    run.values.keySet().forEach(name -> fields.put(name, ""));
    fields.put("policy", Recorded.NAME);
    fields.put("load", recorded.load());
    fields.put("programs", recorded.programs());
    fields.put("calls", recorded.calls());
    fields.put("workload", run.values.get("workload"));
    addResponse(fields, recorded.responseSeconds());
    fields.put("max_response_s", recorded.responseSeconds().max());
    return new Fields(fields);
  }

  /// The highest load at which a policy keeps a latency; `programs_per_s` arrive there. What depends on
  /// that load is empty where no load does.
  ///
  /// @param times how many times as many programs as under today's practice
  static Fields of(
      Search search, Experiment experiment, double targetSeconds, OptionalDouble times) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("policy", search.contender().policy());
    fields.put("placement", search.contender().placement());
    fields.put("target_latency_s", targetSeconds);
    fields.put("engines", experiment.fleet().engines());
    fields.put("profile", experiment.fleet().profile());
    fields.put("workload", experiment.inputs().source().name());
    fields.put("seeds", experiment.seeds().size());
    addIfPresent(fields, "load", search.metLoad());
    addIfPresent(fields, "programs_per_s", search.offeredPerSecond());
    fields.put("is_lower_bound", search.isLowerBound());
    addIfPresent(fields, "times_today", times);
    addIfPresent(
        fields,
        "mean_token_latency_s",
        search.median(metrics -> metrics.tokenLatencySeconds().mean()));
    addIfPresent(fields, "kv_hit_rate", search.median(metrics -> metrics.cache().hitRate()));
    addIfPresent(
        fields,
        "reprefilled_tokens",
        search.median(metrics -> metrics.cache().reprefilledTokens()));
    addLengths(fields, search.anyRun());
    addOversized(fields, search.anyRun());
    return new Fields(fields);
  }

  private static void addMeasures(Map<String, Object> fields, Result result) {
    var metrics = result.metrics();
    fields.put("programs", metrics.programs());
    addResponse(fields, metrics.responseSeconds());
    fields.put("mean_token_latency_s", metrics.tokenLatencySeconds().mean());
    fields.put("programs_per_s", metrics.rates().servedPerSecond());
    fields.put("kv_hit_rate", metrics.cache().hitRate());
    fields.put("preemptions", metrics.preemptions());
    fields.put("jain", metrics.fairness().ofPrograms());
    fields.put("max_waiting_to_service", metrics.waitingToService().max());
  }

  private static void addResponse(Map<String, Object> fields, Distribution seconds) {
    fields.put("mean_response_s", seconds.mean());
    fields.put("p50_response_s", seconds.p50());
    fields.put("p95_response_s", seconds.p95());
    fields.put("p99_response_s", seconds.p99());
  }

  private static void addLengths(Map<String, Object> fields, Result result) {
    var lengths = result.setup().lengths();
    fields.put("declared_share", lengths.share());
    fields.put("declared_error", lengths.error());
  }

  private static void addOversized(Map<String, Object> fields, Result result) {
    fields.put("refused", result.metrics().refused());
    fields.put("scaled", result.metrics().scaled());
  }

  private static void addDetails(Map<String, Object> fields, Result result) {
    var metrics = result.metrics();
    fields.put("calls", metrics.calls());
    fields.put("max_response_s", metrics.responseSeconds().max());
    fields.put("p95_token_latency_s", metrics.tokenLatencySeconds().p95());
    fields.put("makespan_s", metrics.rates().makespanSeconds());
    addIfPresent(fields, "offered_programs_per_s", metrics.rates().offeredPerSecond());
    fields.put("prompt_tokens", metrics.cache().promptTokens());
    fields.put("prefilled_tokens", metrics.cache().prefilledTokens());
    fields.put("reprefilled_tokens", metrics.cache().reprefilledTokens());
    fields.put("p50_waiting_to_service", metrics.waitingToService().p50());
    fields.put("p95_waiting_to_service", metrics.waitingToService().p95());
    fields.put("p99_waiting_to_service", metrics.waitingToService().p99());
    addIfPresent(fields, "jain_of_tenants", metrics.fairness().ofTenants());
    fields.put("decision_us", metrics.effort().decisionMicros());
    fields.put("calls_per_wall_s", metrics.effort().callsPerSecond());
  }

  private static void addIfPresent(Map<String, Object> fields, String name, OptionalDouble value) {
    fields.put(name, value.isPresent() ? value.getAsDouble() : "");
  }

  /// The same with what was simulated and expected.
  Fields with(Statement statement) {
    var more = new LinkedHashMap<>(values);
    more.put("simulated", statement.simulated());
    more.put("read", statement.read());
    more.put("expected", statement.expected());
    return new Fields(more);
  }

  /// One object, without a line break.
  String json() {
    var present = new LinkedHashMap<>(values);
    present.values().removeIf(""::equals);
    try {
      return JSON.writeValueAsString(present);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("numbers and names are always JSON", impossible);
    }
  }

  /// A heading and a line per result, as [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180) has it.
  static String csv(List<Fields> results) {
    var lines = new StringBuilder(line(results.getFirst().values.keySet()));
    results.forEach(result -> lines.append(line(result.values.values())));
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
