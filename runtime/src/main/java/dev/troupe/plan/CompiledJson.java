package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Optional;

/// Reads `{text, question, model, joiner_model, tools, examples, max_replans}`: a plan of LLMCompiler's, a
/// question, or both.
final class CompiledJson {

  private CompiledJson() {}

  /// The question with all that it takes; none where there is nothing but a plan.
  ///
  /// @param plan that the text, which was read, gives
  static Optional<Submission.Compiled> read(
      Fields fields, Optional<Plan> plan, ToolCatalog known, ModelRef usual) {
    Optional<String> question = fields.text("question");
    int replans = fields.smallNumber("max_replans").orElse(1);
    ModelRef planner = fields.has("model") || fields.has("role") ? StepJson.model(fields) : usual;
    Optional<String> joiner = fields.text("joiner_model");
    List<ToolCatalog.Tool> named =
        fields.list("tools", (value, place) -> tool(value, place, known));
    String examples = fields.text("examples").orElse("");
    fields.done();
    if (replans < 0) {
      throw Fields.invalid("max_replans must not be negative").at(fields.place("max_replans"));
    }
    if (plan.isEmpty() && question.isEmpty()) {
      throw Fields.invalid("\"text\" or \"question\" is required").at(fields.place("question"));
    }
    List<ToolCatalog.Tool> tools = named.isEmpty() ? known.tools() : named;
    if (plan.isEmpty() && tools.isEmpty()) {
      throw Fields.invalid("a planning model needs \"tools\": functions that its plan may call")
          .at(fields.place("tools"));
    }
    return question.map(asked ->
        new Submission.Compiled(
            new Submission.Joining(asked, replans),
            plan,
            planner,
            joiner
                .map(name -> fields.within("joiner_model", () -> ModelRef.of(name)))
                .orElse(planner),
            tools,
            examples));
  }

  /// A name that is known, or `{name, description, parameters}`.
  private static ToolCatalog.Tool tool(JsonNode sent, String place, ToolCatalog known) {
    if (sent.isTextual()) {
      return known
          .find(sent.textValue())
          .orElseThrow(() -> CatalogCheck.unknownTool(sent.textValue(), known).at(place));
    }
    Fields fields = new Fields(sent, place);
    String name = fields.neededText("name");
    ToolCatalog.Tool usual =
        known.find(name).orElseThrow(() -> CatalogCheck.unknownTool(name, known).at(place));
    String description = fields.text("description").orElse(usual.description());
    Optional<JsonNode> parameters = fields.any("parameters");
    fields.done();
    if (!StepId.isLocal(name)) {
      throw Fields.invalid("\"" + PlanError.shown(name) + "\" is no name of a function").at(place);
    }
    if (!parameters.map(JsonNode::isObject).orElse(true)) {
      throw Fields.invalid("\"parameters\" is a JSON schema of an object")
          .at(fields.place("parameters"));
    }
    return new ToolCatalog.Tool(
        name,
        description,
        parameters.orElseGet(() ->
            usual.parameters().isEmpty()
                ? JsonNodeFactory.instance.objectNode()
                : usual.parameters()),
        usual.isParallelSafe(),
        usual.repeat());
  }
}
