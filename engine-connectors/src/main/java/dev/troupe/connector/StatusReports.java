package dev.troupe.connector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineStatus;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/// What an engine said at the paths where its dialect tells how it is.
///
/// @param texts the answers, by path; a path that is missing or says nothing usable leaves its values
///     absent
record StatusReports(Map<String, String> texts) {

  private static final ObjectMapper JSON = new ObjectMapper();

  StatusReports {
    texts = Map.copyOf(texts);
  }

  /// The paths to ask. The first must be answered; the others need not exist.
  static List<String> paths(Dialect dialect) {
    return switch (dialect) {
      case OPENAI -> List.of("/v1/models");
      case VLLM -> List.of("/v1/models", "/metrics");
      case SGLANG -> List.of("/v1/models", "/metrics", "/get_server_info");
      case LLAMA_CPP -> List.of("/v1/models", "/props", "/slots", "/metrics");
      case OLLAMA -> List.of("/api/tags", "/api/ps");
    };
  }

  EngineStatus status(Dialect dialect) {
    return switch (dialect) {
      case OPENAI -> ofModels(names("/v1/models", "data", "id"));
      case VLLM -> vllm();
      case SGLANG -> sglang();
      case LLAMA_CPP -> llamaCpp();
      case OLLAMA -> ollama();
    };
  }

  private static EngineStatus ofModels(Set<String> models) {
    return new EngineStatus(
        models,
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty());
  }

  /// vLLM does not say how many requests it runs at once.
  private EngineStatus vllm() {
    var metrics = metrics();
    var use = metrics.mean("vllm:kv_cache_usage_perc");
    return new EngineStatus(
        names("/v1/models", "data", "id"),
        OptionalInt.empty(),
        toInt(metrics.sum("vllm:num_requests_running")),
        toInt(metrics.sum("vllm:num_requests_waiting")),
        toLong(metrics.sumOfProducts("vllm:cache_config_info", "block_size", "num_gpu_blocks")),
        use.isPresent() ? use : metrics.mean("vllm:gpu_cache_usage_perc"));
  }

  private EngineStatus sglang() {
    var metrics = metrics();
    var info = json("/get_server_info");
    var capacity = toLong(metrics.sum("sglang:max_total_num_tokens"));
    return new EngineStatus(
        names("/v1/models", "data", "id"),
        positive(info.path("max_running_requests")),
        toInt(metrics.sum("sglang:num_running_reqs")),
        toInt(metrics.sum("sglang:num_queue_reqs")),
        capacity.isPresent() ? capacity : toLong(positive(info.path("max_total_num_tokens"))),
        metrics.mean("sglang:token_usage"));
  }

  /// The context that llama.cpp reports is that of one slot.
  private EngineStatus llamaCpp() {
    var metrics = metrics();
    var props = json("/props");
    var slots = positive(props.path("total_slots"));
    var context = positive(props.at("/default_generation_settings/n_ctx"));
    var each = json("/slots");
    var running = toInt(metrics.sum("llamacpp:requests_processing"));
    return new EngineStatus(
        names("/v1/models", "data", "id"),
        slots.isEmpty() && each.isArray() ? OptionalInt.of(each.size()) : slots,
        running.isEmpty() && each.isArray() ? OptionalInt.of(processing(each)) : running,
        toInt(metrics.sum("llamacpp:requests_deferred")),
        slots.isPresent() && context.isPresent()
            ? OptionalLong.of((long) slots.getAsInt() * context.getAsInt())
            : OptionalLong.empty(),
        metrics.mean("llamacpp:kv_cache_usage_ratio"));
  }

  /// Ollama serves what it has on its disk, and loads it at need.
  private EngineStatus ollama() {
    var models = new LinkedHashSet<>(names("/api/tags", "models", "name"));
    models.addAll(names("/api/ps", "models", "name"));
    // A model of the tag `latest` is also served without it.
    for (var model : List.copyOf(models)) {
      if (model.endsWith(":latest")) {
        models.add(model.substring(0, model.length() - ":latest".length()));
      }
    }
    return ofModels(models);
  }

  private static int processing(JsonNode slots) {
    return (int)
        IntStream.range(0, slots.size())
            .filter(slot -> slots.get(slot).path("is_processing").asBoolean())
            .count();
  }

  private Set<String> names(String path, String list, String name) {
    var names = new LinkedHashSet<String>();
    StreamSupport.stream(json(path).path(list).spliterator(), false)
        .map(entry -> entry.path(name).asText())
        .filter(text -> !text.isBlank())
        .forEach(names::add);
    return names;
  }

  private MetricsText metrics() {
    return new MetricsText(texts.getOrDefault("/metrics", ""));
  }

  private JsonNode json(String path) {
    try {
      var node = JSON.readTree(texts.getOrDefault(path, ""));
      return node == null ? MissingNode.getInstance() : node;
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }

  private static OptionalInt positive(JsonNode node) {
    return node.isInt() && node.asInt() > 0 ? OptionalInt.of(node.asInt()) : OptionalInt.empty();
  }

  private static OptionalLong toLong(OptionalInt value) {
    return value.isPresent() ? OptionalLong.of(value.getAsInt()) : OptionalLong.empty();
  }

  private static OptionalLong toLong(OptionalDouble value) {
    return value.isPresent() && value.getAsDouble() > 0
        ? OptionalLong.of(Math.round(value.getAsDouble()))
        : OptionalLong.empty();
  }

  private static OptionalInt toInt(OptionalDouble value) {
    return value.isPresent()
        ? OptionalInt.of((int) Math.round(value.getAsDouble()))
        : OptionalInt.empty();
  }
}
