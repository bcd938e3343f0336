package dev.troupe.run;

import dev.troupe.plan.Body;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// For each step the expected time from its start to the end of the run: its own and the longest way to a
/// step that none depends on. What remains when a step is done late is what the run is late.
///
/// Kelley and Walker, “Critical-path planning and scheduling”, 1959. Expected times need not be right,
/// only in proportion: what a step's policy says, else its tokens, else what is usual for its kind.
final class CriticalPath {

  /// Of a model of usual size with others beside it.
  private static final long MILLIS_PER_TOKEN = 20;

  private static final long LLM_MILLIS = 5_000;
  private static final long TOOL_MILLIS = 1_000;

  /// Steps already there that one addition looks at again: beyond, they keep what they had. It bounds
  /// the cost of a plan that grows step by step; a wrong value costs order, not correctness.
  private static final int MAX_RAISED = 1_000;

  private CriticalPath() {}

  /// What one attempt is expected to take.
  static long expectedMillis(Step step) {
    if (step.policy().expectedDuration().isPresent()) {
      return step.policy().expectedDuration().get().toMillis();
    }
    if (step.policy().expectedTokens().isPresent()) {
      return step.policy().expectedTokens().getAsLong() * MILLIS_PER_TOKEN;
    }
    return switch (step.kind()) {
      case StepKind.Llm llm ->
          llm.maxTokens().isPresent() ? llm.maxTokens().getAsInt() * MILLIS_PER_TOKEN : LLM_MILLIS;
      case StepKind.HttpTool _, StepKind.Function _ -> TOOL_MILLIS;
      case StepKind.MapOver map -> expectedMillis(map.body());
      case StepKind.Loop loop -> expectedMillis(loop.body());
      case StepKind.SubRun run -> expectedMillis(run.body());
      case StepKind.Condition condition ->
          Math.max(expectedMillis(condition.then()), expectedMillis(condition.otherwise()));
      case StepKind.Wait wait -> wait.duration().map(each -> each.toMillis()).orElse(0L);
      case StepKind.Approval _, StepKind.Join _ -> 0;
    };
  }

  /// The longest way through a body.
  static long expectedMillis(Body body) {
    Map<StepId, Long> ends = new HashMap<>();
    Deque<Step> open = new ArrayDeque<>(body.steps());
    long longest = 0;
    while (!open.isEmpty()) {
      Step step = open.removeFirst();
      if (step.dependencies().stream().allMatch(ends::containsKey)) {
        long begin = step.dependencies().stream().mapToLong(ends::get).max().orElse(0);
        long end = begin + expectedMillis(step);
        ends.put(step.id(), end);
        longest = Math.max(longest, end);
      } else {
        open.addLast(step);
      }
    }
    return longest;
  }

  /// Gives steps that were added theirs, and raises those before them.
  ///
  /// @param added each after those it depends on
  /// @param parents the steps that one depends on, where there are such
  /// @param raising called in the place of `raise`, which changes the order of a step
  static void extend(
      List<StepProgress> added,
      Function<StepProgress, List<StepProgress>> parents,
      BiConsumer<StepProgress, Long> raising) {
    for (StepProgress step : added.reversed()) {
      step.criticalMillis = step.expectedMillis + millisAfter(step);
    }
    Deque<StepProgress> open = new ArrayDeque<>(added.reversed());
    int raised = 0;
    while (!open.isEmpty() && raised < MAX_RAISED) {
      StepProgress step = open.removeFirst();
      for (StepProgress parent : parents.apply(step)) {
        long critical = parent.expectedMillis + step.criticalMillis;
        if (!parent.state.isEnded() && parent.criticalMillis < critical) {
          raising.accept(parent, critical);
          open.addLast(parent);
          raised++;
        }
      }
    }
  }

  private static long millisAfter(StepProgress step) {
    long longest = 0;
    for (StepProgress dependent : step.dependents) {
      longest = Math.max(longest, dependent.criticalMillis);
    }
    StepProgress container = step.container;
    return container == null || longest > 0
        ? longest
        : Math.max(0, container.criticalMillis - container.expectedMillis);
  }
}
