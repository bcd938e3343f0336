package dev.troupe.run;

import dev.troupe.plan.RunPolicy;
import java.util.List;
import java.util.Optional;

/// What follows without anybody asking: stages open, steps start, the run ends.
final class Progress {

  private Progress() {}

  /// Does all that can be done now.
  static void settle(Decision decision) {
    Run run = decision.run();
    while (goesOn(decision)) {
      if (run.state().isTerminal()) {
        return;
      }
    }
  }

  /// @return whether something happened, so that more may
  private static boolean goesOn(Decision decision) {
    Run run = decision.run();
    if (run.state().isTerminal()) {
      return false;
    }
    if (run.isStopping()) {
      if (run.steps().running().isEmpty()) {
        endStopped(decision);
      }
      return false;
    }
    if (run.steps().barriers().isDone()) {
      endStage(decision);
      return true;
    }
    if (run.steps().unended() == 0 && !run.isOpen()) {
      complete(decision);
      return false;
    }
    if (run.state() != RunState.RUNNING || !decision.mayStart()) {
      return false;
    }
    return opensStage(decision) || starts(decision) || retriesHeld(decision) || isStuck(decision);
  }

  private static void endStage(Decision decision) {
    Run run = decision.run();
    Barriers barriers = run.steps().barriers();
    Optional<StepProgress> failed = barriers.firstFailed().map(run.steps()::get);
    decision.emit(new RunEvent.StageEnded(barriers.stage()));
    Attempts.stopIfTooMany(decision, failed);
  }

  private static boolean opensStage(Decision decision) {
    Run run = decision.run();
    Barriers barriers = run.steps().barriers();
    if (run.policy().mode() == RunPolicy.Mode.EVENT || !barriers.hasNext()) {
      return false;
    }
    decision.emit(new RunEvent.StageStarted(barriers.next()));
    return true;
  }

  private static boolean starts(Decision decision) {
    Run run = decision.run();
    StepTable steps = run.steps();
    boolean any = false;
    while (!run.isStopping() && steps.rows().control().first().isPresent()) {
      Starts.startControl(decision, steps.rows().control().first().get());
      any = true;
    }
    while (!run.isStopping()
        && steps.rows().control().first().isEmpty()
        && steps.work().first().isPresent()
        && steps.running().size() < run.resources().width()
        && run.resources().nextStartMillis() <= decision.nowMillis()
        && decision.permits(steps.work().first().get())) {
      if (!Starts.startWork(decision, steps.work().first().get())) {
        return any || run.isStopping();
      }
      any = true;
    }
    return any;
  }

  /// All that can be done is done: what failed is tried once more, together.
  private static boolean retriesHeld(Decision decision) {
    StepTable steps = decision.run().steps();
    if (steps.held().isEmpty() || !steps.isQuiet()) {
      return false;
    }
    decision.emit(new RunEvent.StepsReset(List.copyOf(steps.held()), true));
    return true;
  }

  private static boolean isStuck(Decision decision) {
    Run run = decision.run();
    if (run.steps().unended() == 0 || !run.steps().isQuiet()) {
      return false;
    }
    decision.end(
        RunState.FAILED,
        Optional.of(
            RunError.of(
                RunError.Code.DEADLOCK,
                run.steps().unended() + " steps wait for what cannot happen")));
    return true;
  }

  /// What was running has ended, or was waited for long enough.
  static void endStopped(Decision decision) {
    Run run = decision.run();
    decision.end(
        run.state() == RunState.ABORTING ? RunState.ABORTED : RunState.FAILED,
        run.stopping().map(RunEvent.Stopping::error));
  }

  /// Every step has ended. A failure that a dependent has dealt with is none of the run; one of a last
  /// step that is not optional is the run's.
  private static void complete(Decision decision) {
    Optional<StepProgress> lacking =
        decision.run().steps().all().stream()
            .filter(step ->
                step.container == null
                    && step.dependents.isEmpty()
                    && !step.isOptional()
                    && step.state != StepState.COMPLETED)
            .min((one, other) -> one.id().compareTo(other.id()));
    Optional<RunError> error = lacking.map(step -> RunError.failed(step.id(), step.failure()));
    decision.end(error.isPresent() ? RunState.FAILED : RunState.COMPLETED, error);
  }
}
