package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.plan.Body;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the bodies of a step come to.
final class BodyResults {

  private BodyResults() {}

  /// The result of a step whose bodies are done.
  static JsonNode of(Run run, StepProgress step) {
    Instances instances = step.instances();
    if (step.step.kind() instanceof StepKind.MapOver) {
      ArrayNode results = JsonNodeFactory.instance.arrayNode(instances.started());
      for (int i = 0; i < instances.started(); i++) {
        results.add(of(run, step, Integer.toString(i)));
      }
      return results;
    }
    return instances.started() == 0 ? NullNode.instance : of(run, step, instances.last());
  }

  /// The result of one instance: an error stands as data where one of its steps failed.
  static JsonNode of(Run run, StepProgress container, String instance) {
    Place place = Place.inside(run, container, instance);
    List<StepId> results = resultSteps(Run.bodyOf(container.step.kind(), instance));
    if (results.size() == 1) {
      return result(run, place, container.id().inside(instance, results.getFirst()));
    }
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    for (StepId each : results) {
      all.set(each.value(), result(run, place, container.id().inside(instance, each)));
    }
    return all;
  }

  /// The error of an instance, where it has no result: of the only step that gives it.
  static Optional<StepError> error(Run run, StepProgress container, String instance) {
    List<StepId> results = resultSteps(Run.bodyOf(container.step.kind(), instance));
    Optional<StepError> found = Optional.empty();
    for (StepId each : results) {
      StepProgress step = run.steps().get(container.id().inside(instance, each));
      if (step.state == StepState.COMPLETED) {
        return Optional.empty();
      }
      found = found.or(() -> Optional.ofNullable(step.error));
    }
    return found;
  }

  private static JsonNode result(Run run, Place place, StepId id) {
    return place.resultOf(run.steps().get(id));
  }

  /// The steps whose results are the body's.
  private static List<StepId> resultSteps(Body body) {
    if (body.result().isPresent()) {
      return List.of(body.result().get());
    }
    Set<StepId> depended = new HashSet<>();
    for (Step step : body.steps()) {
      depended.addAll(step.dependencies());
    }
    return body.steps().stream()
        .map(Step::id)
        .filter(id -> !depended.contains(id))
        .sorted()
        .toList();
  }
}
