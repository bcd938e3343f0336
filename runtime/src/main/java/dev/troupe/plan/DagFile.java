package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads DAG files: `{name, description, tasks: [{id, tool, args, depends_on}]}`, in which
/// `$task.output.field` is the field of the task's result.
final class DagFile {

  private static final String OUTPUT = "output";

  private DagFile() {}

  static boolean isDag(JsonNode sent) {
    return sent.isObject() && sent.path("tasks").isArray();
  }

  static List<Step> read(JsonNode sent, String place) {
    Fields fields = new Fields(sent, place);
    fields.neededText("name");
    fields.text("description");
    List<JsonNode> tasks = fields.list("tasks", (value, _) -> value);
    fields.done();
    List<String> ids = new ArrayList<>();
    for (JsonNode each : tasks) {
      ids.add(new Fields(each, place + "/tasks/" + ids.size()).id("id").value());
    }
    Names names = Names.of(ids);
    List<Step> steps = new ArrayList<>();
    for (JsonNode each : tasks) {
      steps.add(task(new Fields(each, place + "/tasks/" + steps.size()), names));
    }
    return steps;
  }

  private static Step task(Fields fields, Names names) {
    StepId id = fields.id("id");
    String tool = fields.neededText("tool");
    Map<String, JsonNode> metadata =
        Map.of(
            "description",
            fields.text("description").<JsonNode>map(TextNode::new).orElse(NullNode.instance));
    Map<String, Argument> arguments = new LinkedHashMap<>();
    fields
        .object("args")
        .ifPresent(args ->
            args.names()
                .forEach(name ->
                    args.any(name)
                        .ifPresent(value ->
                            arguments.put(name, argument(value, args.place(name), names)))));
    List<StepId> dependencies = fields.ids("depends_on");
    StepPolicy policy = PolicyJson.step(fields, StepPolicy.DEFAULT);
    fields.done();
    try {
      return new Step(
          id,
          new StepKind.Function(tool, new Argument.Merged(arguments)),
          dependencies,
          policy,
          metadata.get("description") instanceof TextNode ? metadata : Map.of());
    } catch (InvalidPlanException invalid) {
      throw invalid.at(fields.place());
    }
  }

  /// A text that begins with `$` is a reference, or refused: what looks like one must not pass as text.
  private static Argument argument(JsonNode value, String place, Names names) {
    if (value.isTextual() && value.textValue().matches("\\$[\\p{L}_].*")) {
      try {
        return withoutOutput(References.whole(value.textValue().substring(1), names));
      } catch (InvalidPlanException invalid) {
        throw invalid.at(place);
      }
    }
    return withoutOutput(Arguments.read(value, place, names));
  }

  private static Argument withoutOutput(Argument argument) {
    return switch (argument) {
      case Argument.Literal literal -> literal;
      case Argument.Computed computed -> computed;
      case Argument.Reference reference -> withoutOutput(reference);
      case Argument.Merged merged -> {
        Map<String, Argument> fields = new LinkedHashMap<>();
        merged.fields().forEach((name, each) -> fields.put(name, withoutOutput(each)));
        yield new Argument.Merged(fields);
      }
      case Argument.Sequence sequence ->
          new Argument.Sequence(sequence.elements().stream().map(DagFile::withoutOutput).toList());
      case Argument.Text text ->
          new Argument.Text(
              new Template(
                  text.template().parts().stream()
                      .map(part ->
                          part instanceof Template.Hole hole
                              ? new Template.Hole(withoutOutput(hole.reference()))
                              : part)
                      .toList()));
    };
  }

  private static Argument.Reference withoutOutput(Argument.Reference reference) {
    List<String> parts = reference.path().parts();
    return !parts.isEmpty() && parts.getFirst().equals(OUTPUT)
        ? new Argument.Reference(
            reference.step(),
            new ResultPath(parts.subList(1, parts.size())),
            reference.required(),
            reference.defaultValue())
        : reference;
  }
}
