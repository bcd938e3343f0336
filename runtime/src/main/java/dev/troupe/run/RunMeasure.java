package dev.troupe.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is worth counting of what happens in runs.
public sealed interface RunMeasure {

  /// A step has ended that had started.
  ///
  /// @param outcome `completed`, or the code of its error
  /// @param ranMillis from starts to ends, all attempts together
  /// @param queuedMillis from when it could start to its starts, all attempts together
  record StepEnded(String kind, String outcome, long ranMillis, long queuedMillis)
      implements RunMeasure {}

  /// An attempt of a step failed and is made again.
  ///
  /// @param reason the code of its error
  record AttemptRepeated(String kind, String reason) implements RunMeasure {}

  /// A run is over.
  ///
  /// @param outcome its state, or the code of its error where it failed
  /// @param room steps that it might do at a time
  record RunOver(String outcome, RunReport report, int room) implements RunMeasure {}

  /// @param run as it is after the events
  /// @param events that have just happened in it
  static List<RunMeasure> of(Run run, List<Recorded> events) {
    var measures = new ArrayList<RunMeasure>();
    events.forEach(event -> of(run, event.event()).ifPresent(measures::add));
    return List.copyOf(measures);
  }

  private static Optional<RunMeasure> of(Run run, RunEvent event) {
    return switch (event) {
      case RunEvent.StepFinished(var step, _, _, _) ->
          Optional.of(ended(run.steps().get(step), "completed"));
      case RunEvent.StepFailed(var step, var error, _, _, boolean isHeld) -> {
        var failed = run.steps().get(step);
        yield Optional.of(isHeld ? repeated(failed, error) : ended(failed, error.code().word()));
      }
      case RunEvent.RetryScheduled(var step, _, var error, _, _, _) ->
          Optional.of(repeated(run.steps().get(step), error));
      case RunEvent.RunEnded(var state, var error) ->
          Optional.of(
              new RunOver(
                  error
                      .filter(_ -> state == RunState.FAILED)
                      .map(failure -> failure.code().word())
                      .orElse(state.word()),
                  RunReport.of(run, run.endedAtMillis()),
                  run.policy().maxParallelism()));
      case RunEvent.Submitted _,
          RunEvent.WebhookSet _,
          RunEvent.PlanBegun _,
          RunEvent.Noted _,
          RunEvent.StepsAdded _,
          RunEvent.GraphFull _,
          RunEvent.GraphResumed _,
          RunEvent.Sealed _,
          RunEvent.StageStarted _,
          RunEvent.StageEnded _,
          RunEvent.StepStarted _,
          RunEvent.BodyStarted _,
          RunEvent.ItemsStarted _,
          RunEvent.BodyEnded _,
          RunEvent.RetryDue _,
          RunEvent.StepsSkipped _,
          RunEvent.StepsReset _,
          RunEvent.Paused _,
          RunEvent.Resumed _,
          RunEvent.Signalled _,
          RunEvent.Remembered _,
          RunEvent.Forgotten _,
          RunEvent.BudgetWarned _,
          RunEvent.BudgetRaised _,
          RunEvent.AbortRequested _,
          RunEvent.Stopping _ ->
          Optional.empty();
    };
  }

  private static RunMeasure ended(StepProgress step, String outcome) {
    return new StepEnded(Kinds.word(step.step.kind()), outcome, step.ranMillis, step.queuedMillis);
  }

  private static RunMeasure repeated(StepProgress step, StepError error) {
    return new AttemptRepeated(Kinds.word(step.step.kind()), error.code().word());
  }
}
