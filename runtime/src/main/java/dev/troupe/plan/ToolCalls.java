package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Makes steps of the tool calls of one answer of a model, in the order it made them. `$tool.id.path` in
/// an argument is the result of another of them. A tool that may not run beside others is a barrier: its
/// call waits for all calls before it, and all calls after it wait for it.
///
/// A call is `{id, name, arguments}` or, as chat completions have it, `{id, function: {name, arguments}}`,
/// the arguments an object or a text with one in it.
final class ToolCalls {

  private static final String PREFIX = "$tool.";

  private ToolCalls() {}

  static List<Step> read(List<JsonNode> sent, String place, ToolCatalog tools) {
    List<String> ids = new ArrayList<>();
    for (JsonNode each : sent) {
      ids.add(new Fields(each, place + "/" + ids.size()).id("id").value());
    }
    Names names = Names.of(ids);
    List<Step> steps = new ArrayList<>();
    Optional<StepId> barrier = Optional.empty();
    List<StepId> sinceBarrier = new ArrayList<>();
    for (JsonNode each : sent) {
      Fields fields = new Fields(each, place + "/" + steps.size());
      StepId id = fields.id("id");
      fields.text("type");
      StepKind.Function call = call(fields, names);
      fields.done();
      ToolCatalog.Tool tool =
          tools
              .find(call.name())
              .orElseThrow(() -> CatalogCheck.unknownTool(call.name(), tools).at(fields.place()));
      Set<StepId> dependencies = new LinkedHashSet<>();
      call.eachReference(reference -> dependencies.add(reference.step()));
      barrier.ifPresent(dependencies::add);
      if (!tool.isParallelSafe()) {
        dependencies.addAll(sinceBarrier);
        sinceBarrier.clear();
        barrier = Optional.of(id);
      } else {
        sinceBarrier.add(id);
      }
      StepPolicy policy = StepPolicy.DEFAULT.withRepeat(tool.repeat());
      steps.add(
          new Step(id, call, List.copyOf(dependencies))
              .withPolicy(policy.equals(StepPolicy.DEFAULT) ? StepPolicy.DEFAULT : policy));
    }
    return steps;
  }

  private static StepKind.Function call(Fields fields, Names names) {
    Optional<Fields> nested = fields.object("function");
    Fields call = nested.orElse(fields);
    String name = call.neededText("name");
    String key = call.firstOf("arguments", "args").orElse("arguments");
    JsonNode arguments =
        call.any(key)
            .map(sent ->
                sent.isTextual()
                    ? call.within(
                        key, () -> PlanText.json(sent.textValue().getBytes(StandardCharsets.UTF_8)))
                    : sent)
            .orElseGet(JsonNodeFactory.instance::objectNode);
    nested.ifPresent(Fields::done);
    JsonNode plain = withoutPrefix(arguments);
    return new StepKind.Function(
        name, Arguments.read(plain, call.place(key), names, TemplateText.Unknown.KEPT));
  }

  /// `$tool.a.x` as `$a.x`.
  private static JsonNode withoutPrefix(JsonNode value) {
    if (value.isTextual() && value.textValue().contains(PREFIX)) {
      return new TextNode(value.textValue().replace(PREFIX, "$"));
    }
    if (value.isContainerNode()) {
      JsonNode copy = value.deepCopy();
      if (copy instanceof ObjectNode object) {
        object.properties().forEach(each -> each.setValue(withoutPrefix(each.getValue())));
      } else if (copy instanceof ArrayNode array) {
        for (int i = 0; i < array.size(); i++) {
          array.set(i, withoutPrefix(array.get(i)));
        }
      }
      return copy;
    }
    return value;
  }
}
