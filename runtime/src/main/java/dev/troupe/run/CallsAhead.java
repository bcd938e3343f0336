package dev.troupe.run;

import dev.troupe.program.RemainingCalls;
import java.util.OptionalInt;

/// How many calls the steps of a run are still to begin, summed as they change. Written by [StepRows] alone;
/// a change takes O(1), of a step with bodies what is written inside.
public final class CallsAhead {

  /// How many calls of its program a run is still to make, those under way not among them. Empty while that
  /// is not known: while steps are added from outside, or one that makes calls goes round in a loop, or it has
  /// to be found for how many items. With conditions it is the most there can be; failures add to it.
  public static OptionalInt of(Run run) {
    return run.isOpen() ? OptionalInt.empty() : run.steps().rows().callsAhead().count();
  }

  private long known;
  // Steps of which nobody knows it.
  private int unknown;

  /// A step could start, or waits for what it depends on.
  void waits(StepProgress step) {
    set(step, PlannedCalls.of(step.step));
  }

  /// A step has started.
  void started(StepProgress step) {
    set(
        step,
        step.instances == null
            ? 0
            : PlannedCalls.started(step.step, step.callsAhead, step.instances.bound));
  }

  /// One of a step's bodies has started: its calls are ahead of its own steps.
  void startedBody(StepProgress step) {
    set(step, PlannedCalls.afterBody(step.step, step.callsAhead));
  }

  /// A step has ended, or is gone.
  void over(StepProgress step) {
    set(step, 0);
  }

  private void set(StepProgress step, long calls) {
    take(step.callsAhead, -1);
    step.callsAhead = calls;
    take(calls, 1);
  }

  private void take(long calls, int sign) {
    if (calls == PlannedCalls.UNKNOWN) {
      unknown += sign;
    } else {
      known += sign * calls;
    }
  }

  /// Empty while they are not known.
  OptionalInt count() {
    return unknown > 0
        ? OptionalInt.empty()
        : OptionalInt.of((int) Math.min(known, RemainingCalls.MOST));
  }
}
