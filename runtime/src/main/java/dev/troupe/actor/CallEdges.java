package dev.troupe.actor;

import dev.troupe.plan.Plan;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.run.RunAction.StartStep;
import dev.troupe.run.RunId;
import dev.troupe.run.StepInput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/// Which calls of its program a step of a run needed: those of the steps it depends on, and where these are
/// no calls, of the steps that those depend on, and so on. Confined; O(the steps between) for each.
final class CallEdges {

  /// As many parents as a call may name.
  private static final int MOST = 256;

  private final RunId run;
  private final Map<StepId, List<String>> calls = new HashMap<>();

  CallEdges(RunId run) {
    this.run = run;
  }

  /// The name of an attempt among the program's calls.
  String name(StepId step, int attempt) {
    var name = run.value() + "/" + step.value();
    return attempt == 1 ? name : name + "#" + attempt;
  }

  /// Takes in that an attempt starts.
  ///
  /// @param plan as it is now
  /// @return names of the calls that it needed, at most 256
  List<String> parents(StartStep start, Optional<Plan> plan) {
    var parents = new LinkedHashSet<String>();
    start.parents().forEach(parent -> collect(parent, plan, parents));
    var named = List.copyOf(parents);
    calls.put(
        start.step(),
        start.input() instanceof StepInput.Llm
            ? List.of(name(start.step(), start.attempt()))
            : named);
    return named;
  }

  private void collect(StepId step, Optional<Plan> plan, SequencedSet<String> into) {
    var open = new ArrayList<>(List.of(step));
    var seen = new LinkedHashSet<StepId>(open);
    while (!open.isEmpty() && into.size() < MOST) {
      var next = open.removeLast();
      var known = calls.get(next);
      if (known != null) {
        known.stream().limit(MOST - into.size()).forEach(into::add);
        continue;
      }
      var planned = plan.flatMap(all -> all.step(next));
      if (planned.isPresent() && planned.get().kind() instanceof StepKind.Llm) {
        // Before this actor began: of its attempts, the first is the likeliest.
        into.add(name(next, 1));
      } else {
        planned.ifPresent(
            inner -> inner.dependencies().stream().filter(seen::add).forEach(open::add));
      }
    }
  }
}
