package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads plans of tool calls as the DAG runtime predecessors write them: tasks with typed arguments, and the
/// nodes that a planning model answers with.
final class TaskPlanJson {

  /// How a planning model says that a node is a tool's call.
  private static final String TOOL_NODE = "tool_exec";

  private TaskPlanJson() {}

  /// Tasks `{id, description, tool_name, args: {name: {type, …}}, depends_on, category}`.
  static List<Step> tasks(List<JsonNode> sent, String place) {
    Names names = names(sent, place, "id");
    List<Step> steps = new ArrayList<>(sent.size());
    for (JsonNode each : sent) {
      Fields fields = new Fields(each, place + "/" + steps.size());
      try {
        steps.add(task(fields, names));
      } catch (InvalidPlanException invalid) {
        throw invalid.at(fields.place());
      }
    }
    return steps;
  }

  private static Names names(List<JsonNode> sent, String place, String key) {
    List<String> ids = new ArrayList<>();
    for (JsonNode each : sent) {
      ids.add(new Fields(each, place + "/" + ids.size()).id(key).value());
    }
    return Names.of(ids);
  }

  private static Step task(Fields fields, Names names) {
    StepId id = fields.id("id");
    Map<String, JsonNode> metadata = new HashMap<>(StepJson.members(fields, "metadata"));
    fields.any("description").ifPresent(value -> metadata.put("description", value));
    fields.any("category").ifPresent(value -> metadata.put("category", value));
    String tool = fields.neededText("tool_name");
    Map<String, Argument> arguments = new LinkedHashMap<>();
    fields
        .object("args")
        .ifPresent(args ->
            args.names()
                .forEach(name ->
                    args.object(name)
                        .ifPresent(each -> arguments.put(name, argument(each, names)))));
    List<StepId> dependencies = fields.ids("depends_on");
    StepPolicy policy = PolicyJson.step(fields, StepPolicy.DEFAULT);
    fields.done();
    return new Step(
        id,
        new StepKind.Function(tool, new Argument.Merged(arguments)),
        dependencies,
        policy,
        metadata);
  }

  private static Argument argument(Fields fields, Names names) {
    String type = fields.text("type").orElse("literal");
    boolean required = fields.flag("required").orElse(true);
    Optional<JsonNode> otherwise = fields.any("defaultValue");
    Argument argument =
        switch (type) {
          case "literal" ->
              new Argument.Literal(
                  fields.any("value").or(() -> otherwise).orElseGet(TaskPlanJson::nothing));
          case "dependencyOutput" -> {
            StepId from = fields.id("dependencyTaskId");
            String path = fields.text("outputFieldName").orElse("");
            if (!names.knows(from.value())) {
              throw References.unknown(from.value()).at(fields.place("dependencyTaskId"));
            }
            yield new Argument.Reference(
                from,
                fields.within("outputFieldName", () -> ResultPath.of(path)),
                required,
                otherwise);
          }
          case "expression" -> {
            String source = fields.neededText("expression");
            yield new Argument.Computed(
                fields.within("expression", () -> Expression.of(source, names)));
          }
          case "merged" -> merged(fields, names);
          default ->
              throw Fields.invalid("type is literal, dependencyOutput, expression or merged")
                  .at(fields.place("type"));
        };
    fields.done();
    return argument;
  }

  private static JsonNode nothing() {
    return NullNode.instance;
  }

  /// An object made of other arguments: `sourceMap` has one for each of its fields, either whole or as
  /// the id of a step, with a path if wanted.
  private static Argument merged(Fields fields, Names names) {
    Fields sources =
        fields
            .object("sourceMap")
            .orElseThrow(
                () -> Fields.invalid("\"sourceMap\" is required").at(fields.place("sourceMap")));
    Map<String, Argument> parts = new LinkedHashMap<>();
    for (String name : sources.names()) {
      JsonNode source = sources.needed(name);
      parts.put(
          name,
          source.isTextual()
              ? sources.within(name, () -> reference(source.textValue(), names))
              : argument(new Fields(source, sources.place(name)), names));
    }
    return new Argument.Merged(parts);
  }

  private static Argument reference(String text, Names names) {
    return References.whole(text.startsWith("$") ? text.substring(1) : text, names);
  }

  /// A planning model's answer: `{nodes: [{id, type, payload: {tool_name, args_json}, depends_on}],
  /// joiner_query}`, with or without fences. `#id` in the arguments is a reference.
  ///
  /// @throws InvalidPlanException if it is no plan
  static Submission.Planned planned(String answer) {
    JsonNode json = PlanText.json(PlanText.unfenced(answer).getBytes(StandardCharsets.UTF_8));
    Fields fields = new Fields(json, "");
    List<JsonNode> sent = fields.list("nodes", (value, _) -> value);
    Optional<String> query = fields.text("joiner_query");
    fields.done();
    Names names = names(sent, "/nodes", "id");
    List<Step> steps = new ArrayList<>(sent.size());
    for (JsonNode each : sent) {
      Fields node = new Fields(each, "/nodes/" + steps.size());
      try {
        steps.add(node(node, names));
      } catch (InvalidPlanException invalid) {
        throw invalid.at(node.place());
      }
    }
    return new Submission.Planned(
        Plan.of(steps), query.map(text -> new Submission.Joining(text, 1)));
  }

  private static Step node(Fields fields, Names names) {
    StepId id = fields.id("id");
    String type = fields.text("type").orElse(TOOL_NODE);
    if (!type.equals(TOOL_NODE)) {
      throw Fields.invalid("a node's type is " + TOOL_NODE).at(fields.place("type"));
    }
    Fields payload =
        fields
            .object("payload")
            .orElseThrow(
                () -> Fields.invalid("\"payload\" is required").at(fields.place("payload")));
    String tool = payload.neededText("tool_name");
    JsonNode arguments = arguments(payload);
    payload.done();
    List<StepId> dependencies = fields.ids("depends_on");
    fields.done();
    return new Step(
        id,
        new StepKind.Function(
            tool, HashReferences.argument(arguments, payload.place("args_json"), names)),
        dependencies);
  }

  /// The arguments, which come as JSON within a text, or as they should.
  private static JsonNode arguments(Fields payload) {
    JsonNode sent = payload.any("args_json").orElseGet(() -> new TextNode("{}"));
    if (!sent.isTextual()) {
      return sent;
    }
    String text = sent.textValue().isBlank() ? "{}" : sent.textValue();
    return payload.within(
        "args_json",
        () -> {
          try {
            return PlanText.json(text.getBytes(StandardCharsets.UTF_8));
          } catch (InvalidPlanException unreadable) {
            throw Fields.invalid("within the text, " + unreadable.error().line());
          }
        });
  }
}
