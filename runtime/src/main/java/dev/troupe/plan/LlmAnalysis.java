package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Asks a model what the items of an outline wait for, and reads its answer: the question and the reading
/// only, whoever calls the model does so elsewhere.
public final class LlmAnalysis {

  /// Of the question; a cache of answers keeps it with them.
  public static final String PROMPT_VERSION = "1";

  private static final String SYSTEM =
      """
      You find out which steps of a plan can be done at the same time.

      You are given a plan as JSON. Its steps are numbered from 0 in the order of the list. Answer with one \
      JSON object and nothing else:

      {"batches": [{"batch_id": 1, "parallel": true, "steps": [0, 1], "description": "..."}], \
      "reasoning": "...", "expected_speedup": "..."}

      Rules:
      - Every step is in exactly one batch. A batch begins when the batch before has ended.
      - Research on different subjects does not depend on each other: put it in one batch.
      - Analysis, aggregation, comparison and synthesis come after all that they are made of.
      - What is done for each item, or per item, can be done at the same time for all of them.
      - If you are not sure that a step can do without another's result, put it in a later batch.
      """;

  /// What the model is told.
  public record Question(String system, String user) {}

  /// What an answer says.
  public sealed interface Reading {}

  /// @param dependencies of every item
  public record Understood(Map<StepId, List<StepId>> dependencies) implements Reading {}

  /// @param why it says nothing that could be followed
  public record Useless(String why) implements Reading {}

  private LlmAnalysis() {}

  public static Question question(Outline outline) {
    return new Question(SYSTEM, json(outline).toPrettyString());
  }

  /// What a cached answer is kept under: equal for outlines that say the same.
  public static String cacheKey(Outline outline, ModelRef model) {
    String text = PROMPT_VERSION + "\n" + model + "\n" + json(outline);
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java has SHA-256", absent);
    }
  }

  private static ObjectNode json(Outline outline) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("locale", outline.locale());
    object.put("has_enough_context", outline.hasEnoughContext());
    object.put("thought", outline.thought().strip());
    object.put("title", outline.title().strip());
    ArrayNode steps = object.putArray("steps");
    for (Outline.Item item : outline.items()) {
      ObjectNode step = steps.addObject();
      step.put("need_search", item.needsSearch());
      step.put("title", item.title().strip());
      step.put("description", item.description().strip());
      step.put("step_type", item.type().name().toLowerCase(Locale.ROOT));
    }
    return object;
  }

  /// Reads an answer: batches of step numbers, or a map from each step to those it waits for.
  static Reading read(String answer, Outline outline) {
    try {
      JsonNode json = PlanText.json(PlanText.unfenced(answer).getBytes(StandardCharsets.UTF_8));
      JsonNode batches = json.get("batches");
      return new Understood(batches != null ? ofBatches(batches, outline) : ofMap(json, outline));
    } catch (InvalidPlanException useless) {
      return new Useless(useless.error().line());
    }
  }

  private static Map<StepId, List<StepId>> ofBatches(JsonNode batches, Outline outline) {
    if (!batches.isArray()) {
      throw Fields.invalid("\"batches\" is no list");
    }
    Map<StepId, List<StepId>> dependencies = new LinkedHashMap<>();
    List<StepId> before = List.of();
    for (JsonNode batch : batches) {
      JsonNode numbers = batch.path("steps");
      if (!numbers.isArray()) {
        throw Fields.invalid("a batch has no list of steps");
      }
      boolean isParallel = batch.path("parallel").asBoolean(true);
      List<StepId> inside = new ArrayList<>();
      List<StepId> awaited = before;
      for (JsonNode number : numbers) {
        StepId id = item(number, outline);
        if (dependencies.put(id, awaited) != null) {
          throw Fields.invalid("step " + number + " is in two batches");
        }
        inside.add(id);
        awaited = isParallel ? before : List.of(id);
      }
      before = inside.isEmpty() ? before : isParallel ? inside : awaited;
    }
    checkComplete(dependencies.keySet(), outline);
    return dependencies;
  }

  private static StepId item(JsonNode number, Outline outline) {
    if (!number.isIntegralNumber()
        || !number.canConvertToInt()
        || number.intValue() < 0
        || number.intValue() >= outline.items().size()) {
      throw Fields.invalid("there is no step " + PlanError.shown(number.toString()));
    }
    return outline.items().get(number.intValue()).id();
  }

  private static Map<StepId, List<StepId>> ofMap(JsonNode json, Outline outline) {
    if (!json.isObject()) {
      throw Fields.invalid("the answer is no object");
    }
    Map<String, StepId> byName = names(outline);
    Map<StepId, List<StepId>> dependencies = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : json.properties()) {
      if (!each.getValue().isArray()) {
        throw Fields.invalid("\"" + PlanError.shown(each.getKey()) + "\" has no list");
      }
      Set<StepId> awaited = new HashSet<>();
      each.getValue().forEach(name -> awaited.add(named(name.asText(), byName)));
      dependencies.put(
          named(each.getKey(), byName),
          outline.items().stream().map(Outline.Item::id).filter(awaited::contains).toList());
    }
    checkComplete(dependencies.keySet(), outline);
    return dependencies;
  }

  private static Map<String, StepId> names(Outline outline) {
    Map<String, StepId> names = new HashMap<>();
    for (int i = 0; i < outline.items().size(); i++) {
      names.put("step-" + (i + 1), outline.items().get(i).id());
    }
    outline.items().forEach(item -> names.put(item.id().value(), item.id()));
    return names;
  }

  private static StepId named(String name, Map<String, StepId> byName) {
    return Optional.ofNullable(byName.get(name))
        .orElseThrow(() -> Fields.invalid("there is no step \"" + PlanError.shown(name) + "\""));
  }

  private static void checkComplete(Set<StepId> seen, Outline outline) {
    for (Outline.Item item : outline.items()) {
      if (!seen.contains(item.id())) {
        throw Fields.invalid("step \"" + item.id() + "\" is missing");
      }
    }
  }
}
