package dev.troupe.run;

import dev.troupe.plan.StepId;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The stages of a run in batched mode: how many steps of each have not ended, which could start but for
/// their stage, and which stage is open.
final class Barriers {

  private final TreeMap<Integer, Integer> unended = new TreeMap<>();
  private final TreeMap<Integer, Set<StepProgress>> parked = new TreeMap<>();
  private final NavigableSet<StepId> failed = new TreeSet<>();
  private int stage = -1;
  private boolean isOpen;

  void add(StepProgress step) {
    step.level = Math.max(step.level, isOpen ? stage : stage + 1);
    unended.merge(step.level, 1, Integer::sum);
  }

  void end(StepProgress step) {
    if (step.state == StepState.FAILED && !step.isOptional()) {
      failed.add(step.id());
    }
    unended.merge(step.level, -1, (one, other) -> one + other == 0 ? null : one + other);
  }

  /// The step with the least id of those that failed in the open stage and were not optional.
  Optional<StepId> firstFailed() {
    return failed.isEmpty() ? Optional.empty() : Optional.of(failed.first());
  }

  boolean admits(StepProgress step) {
    return isOpen && step.level <= stage;
  }

  void park(StepProgress step) {
    parked.computeIfAbsent(step.level, _ -> new LinkedHashSet<>()).add(step);
  }

  void unpark(StepProgress step) {
    Set<StepProgress> waiting = parked.get(step.level);
    if (waiting != null) {
      waiting.remove(step);
    }
  }

  /// @return the steps that may start now
  Collection<StepProgress> open(int next) {
    stage = next;
    isOpen = true;
    Set<StepProgress> waiting = parked.remove(next);
    return waiting == null ? List.of() : waiting;
  }

  void close() {
    isOpen = false;
    failed.clear();
  }

  boolean isOpen() {
    return isOpen;
  }

  int stage() {
    return stage;
  }

  /// Whether all steps of the open stage have ended.
  boolean isDone() {
    return isOpen && !unended.containsKey(stage);
  }

  /// Whether there is a stage to open.
  boolean hasNext() {
    return !isOpen && !unended.isEmpty();
  }

  int next() {
    return unended.firstKey();
  }
}
