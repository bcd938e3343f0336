package dev.troupe.bench.runs;

import static dev.troupe.plan.StepDraft.function;

import dev.troupe.plan.Plan;
import dev.troupe.plan.PlanBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A graph of steps that do nothing.
///
/// @param kind `chain`: each after the one before; `fan`: one, then `size` side by side, then one after all
/// @param size steps of a chain; width of a fan
record Shape(String name, String kind, int size) {

  static final String CHAIN = "chain";
  static final String FAN = "fan";

  static Shape chain(String name, int size) {
    return new Shape(name, CHAIN, size);
  }

  static Shape fan(String name, int width) {
    return new Shape(name, FAN, width);
  }

  int steps() {
    return kind.equals(CHAIN) ? size : size + 2;
  }

  /// The steps that each depends on, by number.
  List<List<Integer>> parents() {
    var parents = new ArrayList<List<Integer>>();
    for (int step = 0; step < steps(); step++) {
      parents.add(
          step == 0
              ? List.of()
              : kind.equals(CHAIN)
                  ? List.of(step - 1)
                  : step <= size ? List.of(0) : IntStream.rangeClosed(1, size).boxed().toList());
    }
    return parents;
  }

  /// The plan: calls of a function, each with its number.
  Plan plan(String function) {
    var plan = PlanBuilder.plan();
    var parents = parents();
    for (int step = 0; step < parents.size(); step++) {
      plan =
          plan.step(
              idOf(step),
              function(function).with("n", step),
              parents.get(step).stream().map(Shape::idOf).toArray(String[]::new));
    }
    return plan.build();
  }

  private static String idOf(int step) {
    return "s" + step;
  }
}
