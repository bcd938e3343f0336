package dev.troupe.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/// Steps for tests.
final class Steps {

  private Steps() {}

  static StepId id(String value) {
    return StepId.local(value);
  }

  static List<StepId> ids(String... values) {
    return Arrays.stream(values).map(Steps::id).toList();
  }

  static StepKind.Llm llm(Template prompt) {
    return new StepKind.Llm(
        new ModelRef.Named("m"),
        List.of(Message.user(prompt)),
        Map.of(),
        OptionalInt.empty(),
        JsonNodeFactory.instance.objectNode());
  }

  /// A model call that depends on some others.
  static Step step(String id, String... dependencies) {
    return new Step(id(id), llm(Template.fixed("do " + id)), ids(dependencies));
  }

  static Argument.Reference reference(String id) {
    return Argument.Reference.to(id(id), ResultPath.WHOLE);
  }

  /// A function that is given the results of some others, none of which it declares.
  static Step using(String id, String... references) {
    return new Step(
        id(id),
        new StepKind.Function(
            "f",
            new Argument.Sequence(
                Arrays.stream(references).<Argument>map(Steps::reference).toList())),
        List.of());
  }

  static Step each(String id, String items, Step... body) {
    return new Step(
        id(id),
        new StepKind.MapOver(
            reference(items), new Body(List.of(body), Optional.empty()), OptionalInt.empty()),
        List.of());
  }

  /// A graph without cycles: each step depends on up to four of those before it. Ids do not tell the order.
  static List<Step> random(Random random, int size) {
    List<String> names = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      List<String> dependencies = new ArrayList<>();
      for (int k = random.nextInt(5); k > 0 && !names.isEmpty(); k--) {
        String other = names.get(random.nextInt(names.size()));
        if (!dependencies.contains(other)) {
          dependencies.add(other);
        }
      }
      String name = Integer.toString(random.nextInt(1_000_000), 36) + "-" + i;
      steps.add(step(name, dependencies.toArray(String[]::new)));
      names.add(name);
    }
    return steps;
  }
}
