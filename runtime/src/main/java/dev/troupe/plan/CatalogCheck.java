package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.program.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Whether what a plan names is there: its tools, with the arguments they take, and its models.
public final class CatalogCheck {

  private CatalogCheck() {}

  /// The steps with arguments by name, where they had them by position.
  ///
  /// @param models whether there is such a model, or one in such a role
  /// @throws InvalidPlanException if a tool or model is unknown, or a tool takes other arguments
  public static List<Step> checked(
      List<Step> steps, ToolCatalog tools, Predicate<ModelRef> models) {
    return steps.stream().map(step -> checked(step, tools, models)).toList();
  }

  private static Step checked(Step step, ToolCatalog tools, Predicate<ModelRef> models) {
    try {
      StepKind kind =
          switch (step.kind()) {
            case StepKind.Llm llm -> {
              if (!models.test(llm.model())) {
                throw InvalidPlanException.of(
                    PlanError.Code.MODEL_UNKNOWN,
                    "no engine serves the model \""
                        + PlanError.shown(llm.model().toString())
                        + "\"; GET /v1/models lists what there is");
              }
              yield llm;
            }
            case StepKind.Function function ->
                bound(
                    function,
                    tools
                        .find(function.name())
                        .orElseThrow(() -> unknownTool(function.name(), tools)));
            case StepKind.MapOver map ->
                new StepKind.MapOver(
                    map.items(), checked(map.body(), tools, models), map.maxParallel());
            case StepKind.Condition condition ->
                new StepKind.Condition(
                    condition.test(),
                    checked(condition.then(), tools, models),
                    checked(condition.otherwise(), tools, models));
            case StepKind.Loop loop ->
                new StepKind.Loop(
                    checked(loop.body(), tools, models), loop.until(), loop.maxIterations());
            case StepKind.SubRun run ->
                new StepKind.SubRun(checked(run.body(), tools, models), run.inputs(), run.policy());
            case StepKind.HttpTool _, StepKind.Wait _, StepKind.Approval _, StepKind.Join _ ->
                step.kind();
          };
      return kind.equals(step.kind())
          ? step
          : new Step(step.id(), kind, step.dependencies(), step.policy(), step.metadata());
    } catch (InvalidPlanException invalid) {
      throw invalid.about(step.id());
    }
  }

  private static Body checked(Body body, ToolCatalog tools, Predicate<ModelRef> models) {
    return new Body(checked(body.steps(), tools, models), body.result());
  }

  static InvalidPlanException unknownTool(String name, ToolCatalog tools) {
    List<String> names = tools.tools().stream().map(ToolCatalog.Tool::name).toList();
    return InvalidPlanException.of(
        PlanError.Code.TOOL_NOT_FOUND,
        "there is no tool \""
            + PlanError.shown(name)
            + "\""
            + Nearest.to(name, names).map(near -> "; did you mean \"" + near + "\"?").orElse(""));
  }

  /// A call with its arguments by name.
  ///
  /// @throws InvalidPlanException if the tool takes no such arguments, or more are needed
  static StepKind.Function bound(StepKind.Function call, ToolCatalog.Tool tool) {
    JsonNode properties = tool.parameters().path("properties");
    if (!properties.isObject()) {
      return call;
    }
    List<String> names = new ArrayList<>();
    properties.fieldNames().forEachRemaining(names::add);
    Map<String, Argument> arguments = named(call, tool, names);
    for (Map.Entry<String, Argument> each : arguments.entrySet()) {
      checkType(tool, each.getKey(), each.getValue(), properties);
    }
    for (JsonNode required : tool.parameters().path("required")) {
      if (!arguments.containsKey(required.asText())) {
        throw invalid(tool, "needs the argument \"" + required.asText() + "\"");
      }
    }
    return new StepKind.Function(call.name(), new Argument.Merged(arguments));
  }

  private static Map<String, Argument> named(
      StepKind.Function call, ToolCatalog.Tool tool, List<String> names) {
    return switch (call.arguments()) {
      case Argument.Merged merged -> merged.fields();
      case Argument.Sequence sequence -> positional(sequence.elements(), tool, names);
      case Argument.Literal literal when literal.value().isObject() -> {
        Map<String, Argument> fields = new LinkedHashMap<>();
        literal
            .value()
            .properties()
            .forEach(each -> fields.put(each.getKey(), new Argument.Literal(each.getValue())));
        yield fields;
      }
      case Argument.Literal literal when literal.value().isArray() -> {
        List<Argument> elements = new ArrayList<>();
        literal.value().forEach(each -> elements.add(new Argument.Literal(each)));
        yield positional(elements, tool, names);
      }
      case Argument.Literal _, Argument.Reference _, Argument.Computed _, Argument.Text _ ->
          positional(List.of(call.arguments()), tool, names);
    };
  }

  private static Map<String, Argument> positional(
      List<Argument> elements, ToolCatalog.Tool tool, List<String> names) {
    if (elements.size() > names.size()) {
      throw invalid(tool, "takes " + names.size() + " arguments, not " + elements.size());
    }
    Map<String, Argument> fields = new LinkedHashMap<>();
    for (int i = 0; i < elements.size(); i++) {
      fields.put(names.get(i), elements.get(i));
    }
    return fields;
  }

  /// What is known before the step runs is checked now: literals, and that names exist.
  private static void checkType(
      ToolCatalog.Tool tool, String name, Argument argument, JsonNode properties) {
    JsonNode property = properties.get(name);
    if (property == null) {
      List<String> names = new ArrayList<>();
      properties.fieldNames().forEachRemaining(names::add);
      throw invalid(
          tool,
          "takes no argument \""
              + PlanError.shown(name)
              + "\""
              + Nearest.to(name, names).map(near -> "; did you mean \"" + near + "\"?").orElse(""));
    }
    String type = property.path("type").asText("");
    if (argument instanceof Argument.Literal literal && !isOf(literal.value(), type)) {
      throw invalid(tool, "takes a value of type " + type + " for \"" + name + "\"");
    }
  }

  private static boolean isOf(JsonNode value, String type) {
    return switch (type) {
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "array" -> value.isArray();
      case "object" -> value.isObject();
      case "null" -> value.isNull();
      default -> true;
    };
  }

  private static InvalidPlanException invalid(ToolCatalog.Tool tool, String what) {
    return InvalidPlanException.of(
        PlanError.Code.INVALID_INPUT, "the tool \"" + tool.name() + "\" " + what);
  }
}
