package dev.troupe.run;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/// How many of the steps that belong together have failed: those of a stage, or of one step's bodies.
/// Once more than a fraction of them have, the circuit is open: nothing more is started.
final class FailureCount {

  private static final class Group {
    private int size;
    private int failed;
  }

  private final OptionalDouble threshold;
  private final Map<String, Group> groups = new HashMap<>();
  private String broken = "";

  /// @param threshold fraction, 0–1
  FailureCount(OptionalDouble threshold) {
    this.threshold = threshold;
  }

  void added(StepProgress step) {
    if (counts(step)) {
      groups.computeIfAbsent(groupOf(step), _ -> new Group()).size++;
    }
  }

  void failed(StepProgress step) {
    if (counts(step)) {
      Group group = groups.computeIfAbsent(groupOf(step), _ -> new Group());
      group.failed++;
      if (group.failed > threshold.getAsDouble() * group.size) {
        broken = group.failed + " of the " + group.size + " steps beside \"" + step.id() + "\"";
      }
    }
  }

  void reset(StepProgress step) {
    if (counts(step)) {
      groups.computeIfAbsent(groupOf(step), _ -> new Group()).failed--;
    }
  }

  /// Which steps failed too often; empty while none did.
  String broken() {
    return broken;
  }

  private boolean counts(StepProgress step) {
    return threshold.isPresent() && !AnalysedPlan.isAnalysis(step.id());
  }

  private static String groupOf(StepProgress step) {
    StepProgress container = step.container;
    return container == null ? Integer.toString(step.level) : container.id().value() + "[]";
  }
}
