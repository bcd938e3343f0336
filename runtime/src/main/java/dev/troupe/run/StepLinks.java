package dev.troupe.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// How steps that are added are tied to those they depend on.
final class StepLinks {

  private StepLinks() {}

  /// Ties them, and gives each its level.
  ///
  /// @return the same, each after those it depends on; of steps that wait for each other, as given
  static List<StepProgress> link(
      List<StepProgress> added, Function<StepProgress, List<StepProgress>> parentsOf) {
    Map<StepProgress, Integer> before = new HashMap<>();
    Set<StepProgress> fresh = new HashSet<>(added);
    for (StepProgress step : added) {
      StepProgress container = step.container;
      step.level = container == null ? 0 : container.level;
      for (StepProgress parent : parentsOf.apply(step)) {
        parent.dependents.add(step);
        step.unmet += parent.state.isEnded() && !parent.isHeld ? 0 : 1;
        if (container == null) {
          step.level = Math.max(step.level, parent.level + 1);
        }
        if (fresh.contains(parent)) {
          before.merge(step, 1, Integer::sum);
        }
      }
    }
    return ordered(added, before);
  }

  private static List<StepProgress> ordered(
      List<StepProgress> added, Map<StepProgress, Integer> before) {
    Deque<StepProgress> open = new ArrayDeque<>();
    added.stream().filter(step -> !before.containsKey(step)).forEach(open::add);
    List<StepProgress> ordered = new ArrayList<>(added.size());
    while (!open.isEmpty()) {
      StepProgress step = open.removeFirst();
      ordered.add(step);
      for (StepProgress dependent : step.dependents) {
        if (dependent.container == null) {
          dependent.level = Math.max(dependent.level, step.level + 1);
        }
        if (before.merge(dependent, -1, Integer::sum) == 0) {
          open.addLast(dependent);
        }
      }
    }
    if (ordered.size() < added.size()) {
      Set<StepProgress> seen = new HashSet<>(ordered);
      added.stream().filter(step -> !seen.contains(step)).forEach(ordered::add);
    }
    return ordered;
  }
}
