package dev.troupe.run;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import java.util.Optional;

/// What happens because time has passed.
final class Timers {

  private Timers() {}

  /// Does all that is due.
  static void tick(Decision decision) {
    Run run = decision.run();
    while (!run.state().isTerminal()
        && !run.steps().timers().isEmpty()
        && run.steps().timers().first().atMillis() <= decision.nowMillis()) {
      due(decision, run.steps().timers().first());
    }
  }

  private static void due(Decision decision, Timer timer) {
    Run run = decision.run();
    switch (timer.kind()) {
      case RUN_TIMEOUT -> end(decision, "the run took longer than " + elapsed(run, timer) + " ms");
      case STAGE_TIMEOUT -> end(decision, "a stage took longer than it may");
      case STOP -> Progress.endStopped(decision);
      case STEP_TIMEOUT -> {
        StepProgress step = run.steps().get(new StepId(timer.step()));
        decision.act(new RunAction.CancelStep(step.id(), step.attempt));
        Attempts.fail(
            decision,
            step,
            StepError.timeout(timer.atMillis() - step.startedAtMillis),
            Consumption.CALL);
      }
      case RETRY -> decision.emit(new RunEvent.RetryDue(new StepId(timer.step())));
      case WAKE -> wake(decision, run.steps().get(new StepId(timer.step())));
    }
  }

  private static void wake(Decision decision, StepProgress step) {
    if (step.step.kind() instanceof StepKind.Approval) {
      Attempts.failForGood(
          decision,
          step,
          StepError.lasting(StepError.Code.TIMEOUT, "nobody answered in time"),
          Consumption.NONE,
          0);
    } else {
      Attempts.finish(decision, step, NullNode.instance);
    }
  }

  private static long elapsed(Run run, Timer timer) {
    return timer.atMillis() - run.submittedAtMillis();
  }

  private static void end(Decision decision, String message) {
    decision.end(
        decision.run().state() == RunState.ABORTING ? RunState.ABORTED : RunState.FAILED,
        Optional.of(RunError.of(RunError.Code.TIMEOUT, message)));
  }
}
