package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The instances of a step's body: which there are, and how many steps of each have not ended.
final class Instances {

  /// What the body sees: the items of a map.
  final JsonNode bound;

  private final List<StepProgress> steps = new ArrayList<>();
  private final Map<String, Integer> unended = new HashMap<>();
  private int open;
  private int started;
  private String last = "";

  Instances(JsonNode bound) {
    this.bound = bound;
  }

  void start(String instance, List<StepProgress> added) {
    steps.addAll(added);
    int left = 0;
    for (StepProgress step : added) {
      left += step.state.isEnded() ? 0 : 1;
    }
    unended.put(instance, left);
    open += left > 0 ? 1 : 0;
    started++;
    last = instance;
  }

  /// A step of an instance ended.
  void end(String instance) {
    if (unended.merge(instance, -1, Integer::sum) == 0) {
      open--;
    }
  }

  /// A step of an instance is to run again.
  void reopen(String instance) {
    if (unended.merge(instance, 1, Integer::sum) == 1) {
      open++;
    }
  }

  /// The steps of all instances.
  List<StepProgress> steps() {
    return steps;
  }

  boolean hasEnded(String instance) {
    return unended.getOrDefault(instance, 0) == 0;
  }

  /// Instances with steps that have not ended.
  int open() {
    return open;
  }

  int started() {
    return started;
  }

  /// The instance started last.
  String last() {
    return last;
  }
}
