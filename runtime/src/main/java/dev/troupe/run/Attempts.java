package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.plan.Repeat;
import dev.troupe.plan.Retry;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the end of an attempt means: for its step, and for those around it.
final class Attempts {

  private Attempts() {}

  static Optional<RunRefusal> end(Decision decision, RunCommand.StepOutcome outcome) {
    StepProgress step = decision.run().steps().find(outcome.step());
    if (step == null) {
      return Optional.of(Decision.noStep(outcome.step()));
    }
    if (!isUnderWay(step, outcome.attempt())) {
      return isOver(step, outcome.attempt());
    }
    switch (outcome.ended()) {
      case RunCommand.Finished finished when JsonSize.isTooLarge(finished.result()) ->
          fail(decision, step, StepError.tooLarge(), finished.used());
      case RunCommand.Finished finished -> {
        decision.emit(
            new RunEvent.StepFinished(
                step.id(), finished.result(), finished.used(), cost(decision, step, finished)));
        decision.warnOfBudget();
        Bodies.stepEnded(decision, step);
      }
      case RunCommand.Failed failed -> fail(decision, step, failed.error(), failed.used());
    }
    return Optional.empty();
  }

  private static boolean isUnderWay(StepProgress step, int attempt) {
    return step.state == StepState.RUNNING && step.isWork() && step.attempt == attempt;
  }

  private static Optional<RunRefusal> isOver(StepProgress step, int attempt) {
    return RunDecisions.refused(
        RunRefusal.Code.TASK_STATE,
        "attempt " + attempt + " of step \"" + step.id() + "\" is over");
  }

  /// An attempt was not begun: the step waits to start, as before.
  static Optional<RunRefusal> giveBack(Decision decision, RunCommand.StepReturned returned) {
    StepProgress step = decision.run().steps().find(returned.step());
    if (step == null) {
      return Optional.of(Decision.noStep(returned.step()));
    }
    if (!isUnderWay(step, returned.attempt())) {
      return isOver(step, returned.attempt());
    }
    if (decision.run().isStopping()) {
      failForGood(decision, step, StepError.cancelled(), Consumption.NONE, 0);
    } else {
      again(decision, step, StepError.notBegun());
    }
    return Optional.empty();
  }

  /// The step may start at once, without having failed.
  private static void again(Decision decision, StepProgress step, StepError why) {
    decision.emit(
        new RunEvent.RetryScheduled(
            step.id(), step.attempt, why, Consumption.NONE, 0, decision.nowMillis()));
    decision.emit(new RunEvent.RetryDue(step.id()));
  }

  /// A step that is decided here is done.
  static void finish(Decision decision, StepProgress step, JsonNode result) {
    if (JsonSize.isTooLarge(result)) {
      failForGood(decision, step, StepError.tooLarge(), Consumption.NONE, 0);
      return;
    }
    decision.emit(new RunEvent.StepFinished(step.id(), result, Consumption.NONE, 0));
    Bodies.stepEnded(decision, step);
  }

  /// An attempt failed: there is another, or the step has failed.
  static void fail(Decision decision, StepProgress step, StepError error, Consumption used) {
    long micros = cost(decision, step, new RunCommand.Failed(error, used));
    if (mayRetry(decision.run(), step, error)) {
      Retry retry = step.step.policy().retry();
      long pause =
          Math.max(
              retry.delay(step.retries + 1, decision.draw()).toMillis(),
              error.retryAfterMillis().orElse(0));
      decision.emit(
          new RunEvent.RetryScheduled(
              step.id(), step.attempt, error, used, micros, decision.nowMillis() + pause));
    } else {
      failForGood(decision, step, error, used, micros);
    }
    decision.warnOfBudget();
  }

  private static boolean mayRetry(Run run, StepProgress step, StepError error) {
    boolean mayRepeat = !error.mayHaveRun() || step.step.policy().repeat() != Repeat.AT_MOST_ONCE;
    return error.isTransient()
        && mayRepeat
        && !run.isStopping()
        && step.retries < step.step.policy().retry().maxRetries();
  }

  private static boolean mayRepeat(StepProgress step, StepError error) {
    return !error.mayHaveRun() || step.step.policy().repeat() != Repeat.AT_MOST_ONCE;
  }

  /// A step has failed, started or not.
  static void failForGood(
      Decision decision, StepProgress step, StepError error, Consumption used, long micros) {
    Run run = decision.run();
    RunPolicy policy = run.policy();
    boolean isHeld =
        policy.failureMode() == RunPolicy.FailureMode.RETRY_ALL
            && !run.hadRetryRound()
            && !run.isStopping()
            && step.isWork()
            && !AnalysedPlan.isAnalysis(step.id())
            && mayRepeat(step, error);
    decision.emit(new RunEvent.StepFailed(step.id(), error, used, micros, isHeld));
    if (isHeld) {
      return;
    }
    if (policy.mode() == RunPolicy.Mode.EVENT) {
      stopIfTooMany(decision, step.isOptional() ? Optional.empty() : Optional.of(step));
    }
    if (!step.isOptional() && policy.failureMode() == RunPolicy.FailureMode.ISOLATE) {
      skipDependents(decision, step);
    }
    Bodies.stepEnded(decision, step);
  }

  /// Ends the run if too many steps failed, or one that it cannot do without.
  ///
  /// @param failed the step that is not optional, where there is one
  static void stopIfTooMany(Decision decision, Optional<StepProgress> failed) {
    Run run = decision.run();
    if (run.isStopping()) {
      return;
    }
    String broken = run.steps().failures().broken();
    if (!broken.isEmpty()) {
      decision.stop(
          RunError.of(RunError.Code.CIRCUIT_OPEN, broken + " failed: nothing more is started"),
          false);
    } else if (run.policy().failureMode() == RunPolicy.FailureMode.FAIL_FAST) {
      failed.ifPresent(step -> decision.stop(RunError.failed(step.id(), step.failure()), true));
    }
  }

  /// All that would need the result of this step.
  static Set<StepProgress> dependentsOf(StepProgress step) {
    Set<StepProgress> found = new LinkedHashSet<>();
    Deque<StepProgress> open = new ArrayDeque<>(List.of(step));
    while (!open.isEmpty()) {
      for (StepProgress dependent : open.removeFirst().dependents) {
        if (!dependent.state.isEnded() && found.add(dependent)) {
          open.addLast(dependent);
        }
      }
    }
    return found;
  }

  private static void skipDependents(Decision decision, StepProgress step) {
    Set<StepProgress> found = dependentsOf(step);
    if (found.isEmpty()) {
      return;
    }
    List<StepId> ids = found.stream().map(StepProgress::id).sorted().toList();
    decision.emit(
        new RunEvent.StepsSkipped(
            ids, StepError.skipped("\"" + step.id() + "\", which it needs, failed")));
    for (StepProgress each : found) {
      Bodies.stepEnded(decision, each);
    }
  }

  /// The run was rebuilt: says what becomes of steps that had started.
  static void recover(Decision decision, Set<StepId> stillRunning) {
    Run run = decision.run();
    List<StepProgress> started = new ArrayList<>(run.steps().running());
    started.sort(Comparator.comparing(StepProgress::id));
    for (StepProgress step : started) {
      if (stillRunning.contains(step.id())) {
        continue;
      }
      if (run.isStopping()) {
        failForGood(decision, step, StepError.cancelled(), Consumption.NONE, 0);
      } else if (step.step.policy().repeat() == Repeat.AT_MOST_ONCE) {
        failForGood(decision, step, StepError.lost(), Consumption.NONE, 0);
      } else {
        again(decision, step, StepError.lostAndRepeated());
      }
    }
    for (StepProgress step : run.steps().all()) {
      if (step.state == StepState.RUNNING && step.step.kind() instanceof StepKind.Approval) {
        Starts.ask(decision, step);
      }
    }
    Timers.tick(decision);
  }

  /// What an attempt cost, in millionths of the run's currency.
  private static long cost(Decision decision, StepProgress step, RunCommand.Ended ended) {
    Consumption used = ended.used();
    if (step.step.kind() instanceof StepKind.Llm llm) {
      return modelOf(decision.run(), llm)
          .map(model -> decision.prices().micros(model, used))
          .orElseGet(() -> Math.max(0, used.micros()));
    }
    return Math.max(0, used.micros());
  }

  private static Optional<String> modelOf(Run run, StepKind.Llm llm) {
    try {
      return Optional.of(StepInputs.model(run, llm.model()));
    } catch (Arguments.NoValue _) {
      return Optional.empty();
    }
  }
}
