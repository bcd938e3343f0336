package dev.troupe.run;

/// What a run has of what its tenant may do, and could use. Runs inside runs count by their own steps.
///
/// @param running steps that somebody outside does, without an end
/// @param startable steps more that could start now
public record StartDemand(int running, int startable) {

  /// Cost: `O(1)`.
  ///
  /// @param nowMillis wall-clock time
  static StartDemand of(Run run, boolean mayStart, long nowMillis) {
    if (!run.isSubmitted() || run.state().isTerminal()) {
      return new StartDemand(0, 0);
    }
    StepTable steps = run.steps();
    boolean starts =
        mayStart
            && run.state() == RunState.RUNNING
            && !run.isStopping()
            && run.resources().nextStartMillis() <= Math.max(nowMillis, run.updatedAtMillis());
    int room = Math.max(0, run.resources().width() - steps.running().size());
    return new StartDemand(
        steps.rows().metered(), starts ? Math.min(room, steps.work().startable()) : 0);
  }
}
