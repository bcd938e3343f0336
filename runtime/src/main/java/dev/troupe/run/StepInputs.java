package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.plan.Argument;
import dev.troupe.plan.ModelRef;
import dev.troupe.plan.Plan;
import dev.troupe.plan.StepKind;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a step is given when it starts: its arguments with every reference filled in.
final class StepInputs {

  private StepInputs() {}

  /// Of a step that somebody outside does.
  ///
  /// @throws Arguments.NoValue where something it refers to is not there, or its context does not fit
  static StepInput of(Run run, StepProgress step, Place place) throws Arguments.NoValue {
    Arguments arguments = Arguments.at(place);
    return switch (step.step.kind()) {
      case StepKind.Llm llm ->
          new StepInput.Llm(
              model(run, llm.model()),
              StepContext.messages(run, step, llm, place),
              llm.maxTokens(),
              llm.extras());
      case StepKind.HttpTool http ->
          new StepInput.Http(
              http.method(),
              arguments.text(http.url()),
              texts(http.headers(), arguments),
              http.body().isPresent() ? arguments.value(http.body().get()) : NullNode.instance);
      case StepKind.Function function ->
          new StepInput.Function(function.name(), arguments.value(function.arguments()));
      case StepKind.SubRun inner ->
          new StepInput.SubRun(
              Plan.ofChecked(inner.body().steps()),
              inner.body().result(),
              inner.policy(),
              values(inner.inputs(), arguments));
      case StepKind.MapOver _,
          StepKind.Condition _,
          StepKind.Loop _,
          StepKind.Wait _,
          StepKind.Approval _,
          StepKind.Join _ ->
          throw new IllegalStateException(step.id() + " is not done outside");
    };
  }

  /// The model a step asks for, by name.
  static String model(Run run, ModelRef model) throws Arguments.NoValue {
    return switch (model) {
      case ModelRef.Named named -> named.name();
      case ModelRef.InRole role -> {
        yield run.memory()
            .model(role.role())
            .orElseThrow(() ->
                new Arguments.NoValue(
                    StepError.Code.MODEL_UNKNOWN,
                    "no model plays the role \"" + role.role() + "\""));
      }
    };
  }

  static ObjectNode values(Map<String, Argument> named, Arguments arguments)
      throws Arguments.NoValue {
    ObjectNode values = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, Argument> each : named.entrySet()) {
      JsonNode value = arguments.value(each.getValue());
      values.set(each.getKey(), value);
    }
    return values;
  }

  private static Map<String, String> texts(Map<String, Argument> named, Arguments arguments)
      throws Arguments.NoValue {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, Argument> each : named.entrySet()) {
      texts.put(each.getKey(), arguments.text(each.getValue()));
    }
    return texts;
  }
}
