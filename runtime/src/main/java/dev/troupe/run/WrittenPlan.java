package dev.troupe.run;

import dev.troupe.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A plan that a model wrote while it ran, as it is when a part of it is run again: its rounds up to the first
/// that changes, of which the joining step is left out. That has the results of the round in its question, so
/// that it is written anew, as is what followed from its answer.
final class WrittenPlan {

  private WrittenPlan() {}

  /// @param again steps that are run again, with all that need them
  /// @return nothing where the first round is to be planned anew
  static List<Step> kept(Run run, Set<StepProgress> again) {
    List<Step> kept = new ArrayList<>();
    int round = 1;
    while (keeps(run, round, again, kept)) {
      round++;
    }
    return kept;
  }

  /// Takes over what there is of a round.
  ///
  /// @return whether that is all of it
  private static boolean keeps(Run run, int round, Set<StepProgress> again, List<Step> kept) {
    StepProgress planner = run.steps().find(CompilerSteps.plannerId(round));
    StepProgress join = run.steps().find(CompilerSteps.joinId(round));
    StepProgress joiner = run.steps().find(CompilerSteps.joinerId(round));
    if (planner == null || planner.state != StepState.COMPLETED || again.contains(planner)) {
      return false;
    }
    if (join == null && joiner == null) {
      return false;
    }
    kept.add(planner.step);
    if (join != null) {
      run.steps().parents(join).forEach(step -> kept.add(step.step));
      kept.add(join.step);
    }
    if (joiner == null || joiner.state != StepState.COMPLETED || again.contains(joiner)) {
      return false;
    }
    kept.add(joiner.step);
    return true;
  }
}
