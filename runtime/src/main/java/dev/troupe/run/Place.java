package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.plan.Argument;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A place in a run from which names are seen: the plan itself, or an instance of a step's body. A name
/// means a sibling, else what the container binds, else the same from the place around.
///
/// An error in the place of a result is an object with the one field `error`, and is noted.
final class Place {

  private final Run run;
  private final @Nullable StepProgress container;
  private final String instance;
  private final Map<StepId, StepError> errors = new LinkedHashMap<>();

  /// How many iterations `previous` is behind.
  private final int behind;

  private Place(Run run, @Nullable StepProgress container, String instance, int behind) {
    this.run = run;
    this.container = container;
    this.instance = instance;
    this.behind = behind;
  }

  static Place of(Run run, StepProgress step) {
    return new Place(run, step.container, step.instance, 1);
  }

  /// Inside an instance of the body of a step.
  static Place inside(Run run, StepProgress container, String instance) {
    return new Place(run, container, instance, 1);
  }

  /// After an iteration of a loop: its steps are seen, and `previous` is its result.
  static Place after(Run run, StepProgress loop, String iteration) {
    return new Place(run, loop, iteration, 0);
  }

  /// The errors that were given out.
  Map<StepId, StepError> errors() {
    return errors;
  }

  /// The step that a name means, where it means one.
  @Nullable StepProgress step(StepId name) {
    StepProgress around = container;
    String in = instance;
    while (around != null) {
      StepProgress sibling = run.steps().find(around.id().inside(in, name));
      if (sibling != null) {
        return sibling;
      }
      if (around.step.kind().bound().contains(name.value())) {
        return null;
      }
      in = around.instance;
      around = around.container;
    }
    return run.steps().find(name);
  }

  /// The value of a reference; empty where there is none and it has no default.
  Optional<JsonNode> value(Argument.Reference reference) {
    StepProgress step = step(reference.step());
    Optional<JsonNode> found;
    if (step == null) {
      found = bound(reference.step().value()).flatMap(reference.path()::find);
    } else if (step.state == StepState.COMPLETED && step.result != null) {
      found = reference.path().find(step.result);
    } else {
      errors.put(step.id(), step.failure());
      found = reference.defaultValue().or(() -> Optional.of(marker(step.failure())));
    }
    return found
        .or(reference::defaultValue)
        .or(() -> reference.required() ? Optional.empty() : Optional.of(NullNode.instance));
  }

  /// Notes the error of a step, where it has one in the place of a result.
  void noteError(StepProgress step) {
    if (step.state == StepState.FAILED || step.state == StepState.SKIPPED) {
      errors.put(step.id(), step.failure());
    }
  }

  /// The result of a step, or its error as data.
  JsonNode resultOf(StepProgress step) {
    if (step.state == StepState.COMPLETED && step.result != null) {
      return step.result;
    }
    errors.put(step.id(), step.failure());
    return marker(step.failure());
  }

  private Optional<JsonNode> bound(String name) {
    StepProgress around = container;
    String in = instance;
    while (around != null) {
      if (around.step.kind().bound().contains(name)) {
        return boundBy(around, in, name);
      }
      in = around.instance;
      around = around.container;
    }
    return name.equals("input") ? Optional.of(run.start().inputs()) : Optional.empty();
  }

  private Optional<JsonNode> boundBy(StepProgress around, String in, String name) {
    return switch (around.step.kind()) {
      case StepKind.MapOver _ -> {
        int index = Integer.parseInt(in);
        yield name.equals("index")
            ? Optional.of(IntNode.valueOf(index))
            : Optional.ofNullable(around.instances().bound.get(index));
      }
      case StepKind.Loop _ -> {
        int iteration = Integer.parseInt(in);
        int previous = iteration - (around == container ? behind : 1);
        yield name.equals("iteration")
            ? Optional.of(IntNode.valueOf(iteration))
            : Optional.of(
                previous < 0
                    ? NullNode.instance
                    : BodyResults.of(run, around, Integer.toString(previous)));
      }
      case StepKind.Llm _,
          StepKind.HttpTool _,
          StepKind.Function _,
          StepKind.Condition _,
          StepKind.Wait _,
          StepKind.Approval _,
          StepKind.SubRun _,
          StepKind.Join _ ->
          Optional.empty();
    };
  }

  /// A typed error as data.
  static ObjectNode marker(StepError error) {
    ObjectNode marker = JsonNodeFactory.instance.objectNode();
    marker.putObject("error").put("code", error.code().word()).put("message", error.message());
    return marker;
  }
}
