package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.plan.Budget;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.StepId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// New runs that begin with results of an old one, whatever state that is in.
public final class Forks {

  private Forks() {}

  /// The same plan once more, from a step on: that step, and all that needs it, is run again; every other
  /// step that completed is not.
  ///
  /// @return empty if there is no such step in the plan
  public static Optional<RunCommand.Submit> from(Run run, StepId step, RunId id) {
    StepProgress start = run.steps().find(step);
    if (start == null || start.container != null) {
      return Optional.empty();
    }
    Set<StepProgress> again = new HashSet<>(Set.of(start));
    gather(start, again);
    return Optional.of(submission(run, id, run.policy(), again));
  }

  /// The same plan once more, with what is missing alone: every step that completed is kept.
  ///
  /// @param budget of the new run; it pays only for what is run now
  public static RunCommand.Submit unfinished(Run run, RunId id, Budget budget) {
    return submission(run, id, run.policy().withBudget(budget), Set.of());
  }

  private static void gather(StepProgress step, Set<StepProgress> found) {
    Deque<StepProgress> open = new ArrayDeque<>(Set.of(step));
    while (!open.isEmpty()) {
      for (StepProgress dependent : open.removeFirst().dependents) {
        if (found.add(dependent)) {
          open.addLast(dependent);
        }
      }
    }
  }

  private static RunCommand.Submit submission(
      Run run, RunId id, RunPolicy policy, Set<StepProgress> again) {
    Map<StepId, JsonNode> carried = new HashMap<>();
    for (StepProgress step : run.steps().all()) {
      if (step.state == StepState.COMPLETED
          && step.result != null
          && !again.contains(outermost(step))
          && !hasKeptContainer(step)) {
        carried.put(step.id(), step.result);
      }
    }
    return new RunCommand.Submit(
        id,
        run.plan(),
        policy,
        run.start().inputs(),
        run.memory().values(),
        run.start().metadata(),
        carried,
        run.isOpen(),
        false);
  }

  private static StepProgress outermost(StepProgress step) {
    StepProgress at = step;
    for (StepProgress around = at.container; around != null; around = at.container) {
      at = around;
    }
    return at;
  }

  /// Whether the step around it completed: then that one's result is kept, and this one is not needed.
  private static boolean hasKeptContainer(StepProgress step) {
    StepProgress container = step.container;
    return container != null && container.state == StepState.COMPLETED;
  }
}
