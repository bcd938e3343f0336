package dev.troupe.run;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/// What all runs of one tenant may do together, on all nodes.
///
/// @param concurrentTasks that may run at a time, at least 1
/// @param tasksPerSecond that may start, more than 0
public record TenantLimits(OptionalInt concurrentTasks, OptionalDouble tasksPerSecond) {

  public static final TenantLimits NONE =
      new TenantLimits(OptionalInt.empty(), OptionalDouble.empty());

  public TenantLimits {
    if (concurrentTasks.isPresent() && concurrentTasks.getAsInt() < 1) {
      throw new IllegalArgumentException("fewer than one task at a time is none");
    }
    if (tasksPerSecond.isPresent()
        && !(tasksPerSecond.getAsDouble() > 0 && tasksPerSecond.getAsDouble() <= 1e6)) {
      throw new IllegalArgumentException(
          "starts in a second must be more than 0 and at most a million");
    }
  }

  public boolean areNone() {
    return concurrentTasks.isEmpty() && tasksPerSecond.isEmpty();
  }
}
