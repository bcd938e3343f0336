package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.plan.Argument;
import dev.troupe.plan.Body;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepKind;

/// How many calls of its run's program a step is going to make, as far as the plan tells: one for a call of a
/// model, those of its items for a map, those of the branch that has more for a condition. A run inside is a
/// program of its own. [#UNKNOWN] where calls are made in a loop, or for items that are to be found first.
final class PlannedCalls {

  static final long UNKNOWN = -1;

  /// More than a run can have; what is more counts as this. So neither this many for each of a list's items is
  /// beyond a `long`, nor the sum over all steps of a run.
  private static final long MOST = 1L << 32;

  private PlannedCalls() {}

  /// Before it starts. Cost: the number of steps written inside it.
  static long of(Step step) {
    return switch (step.kind()) {
      case StepKind.Llm _ -> 1;
      case StepKind.MapOver map -> times(map, items(map.items()));
      case StepKind.Condition condition -> larger(of(condition.then()), of(condition.otherwise()));
      case StepKind.Loop loop -> of(loop.body()) == 0 ? 0 : UNKNOWN;
      case StepKind.HttpTool _,
          StepKind.Function _,
          StepKind.Wait _,
          StepKind.Approval _,
          StepKind.SubRun _,
          StepKind.Join _ ->
          0;
    };
  }

  /// Of a step that has started, without what steps inside it are there already.
  ///
  /// @param planned what it was before
  /// @param bound the items of a map
  static long started(Step step, long planned, JsonNode bound) {
    return step.kind() instanceof StepKind.MapOver map ? times(map, bound.size()) : planned;
  }

  /// Of a step that has started, once another of its bodies has.
  ///
  /// @param ahead what it was before
  static long afterBody(Step step, long ahead) {
    return switch (step.kind()) {
      case StepKind.MapOver map when ahead > 0 -> Math.max(0, ahead - of(map.body()));
      case StepKind.Condition _ -> 0;
      default -> ahead;
    };
  }

  private static long times(StepKind.MapOver map, long items) {
    long each = of(map.body());
    return each == 0
        ? 0
        : each == UNKNOWN || items == UNKNOWN ? UNKNOWN : Math.min(MOST, each * items);
  }

  private static long items(Argument items) {
    return switch (items) {
      case Argument.Literal(var value) when value.isArray() -> value.size();
      case Argument.Sequence(var elements) -> elements.size();
      default -> UNKNOWN;
    };
  }

  private static long larger(long calls, long others) {
    return calls == UNKNOWN || others == UNKNOWN ? UNKNOWN : Math.max(calls, others);
  }

  private static long of(Body body) {
    long calls = 0;
    for (Step step : body.steps()) {
      long each = of(step);
      if (each == UNKNOWN) {
        return UNKNOWN;
      }
      calls = Math.min(MOST, calls + each);
    }
    return calls;
  }
}
