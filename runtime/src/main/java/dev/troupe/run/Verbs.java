package dev.troupe.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.plan.Budget;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// What people may ask of a run that goes on.
final class Verbs {

  private Verbs() {}

  static Optional<RunRefusal> abort(Decision decision, RunCommand.Abort abort) {
    Run run = decision.run();
    if (run.state() != RunState.ABORTING) {
      decision.emit(new RunEvent.AbortRequested(abort.reason()));
      decision.stop(RunError.of(RunError.Code.CANCELLED, abort.reason()), true);
    }
    return Optional.empty();
  }

  static Optional<RunRefusal> pause(Decision decision) {
    Run run = decision.run();
    if (run.isStopping()) {
      return Submissions.stopping();
    }
    if (run.state() == RunState.RUNNING) {
      decision.emit(new RunEvent.Paused());
    }
    return Optional.empty();
  }

  static Optional<RunRefusal> resume(Decision decision) {
    Run run = decision.run();
    if (run.isStopping()) {
      return Submissions.stopping();
    }
    if (run.state() == RunState.PAUSED) {
      decision.emit(new RunEvent.Resumed());
    }
    return Optional.empty();
  }

  static Optional<RunRefusal> retry(Decision decision, RunCommand.RetryStep retry) {
    StepProgress step = decision.run().steps().find(retry.step());
    if (step == null) {
      return Optional.of(Decision.noStep(retry.step()));
    }
    if (decision.run().isStopping()) {
      return Submissions.stopping();
    }
    Set<StepId> again = new LinkedHashSet<>();
    Optional<RunRefusal> refusal = again(step, again);
    if (refusal.isEmpty()) {
      decision.emit(new RunEvent.StepsReset(List.copyOf(again), false));
    }
    return refusal;
  }

  /// All that can be, together. Refused when none can, with the reason of the first.
  static Optional<RunRefusal> retryFailed(Decision decision) {
    Run run = decision.run();
    if (run.isStopping()) {
      return Submissions.stopping();
    }
    Set<StepId> again = new LinkedHashSet<>();
    Optional<RunRefusal> first = Optional.empty();
    for (StepProgress step :
        run.steps().all().stream()
            .filter(each -> each.state == StepState.FAILED)
            .sorted(Comparator.comparing(StepProgress::id))
            .toList()) {
      Optional<RunRefusal> refusal = again(step, again);
      first = first.or(() -> refusal);
    }
    if (again.isEmpty()) {
      return first.isPresent()
          ? first
          : RunDecisions.refused(RunRefusal.Code.TASK_STATE, "no step of the run has failed");
    }
    decision.emit(new RunEvent.StepsReset(List.copyOf(again), false));
    return Optional.empty();
  }

  /// @param again takes the step, and those that were skipped for it, unless it is refused
  private static Optional<RunRefusal> again(StepProgress step, Set<StepId> again) {
    if (step.state != StepState.FAILED) {
      return wrongState(step, "only a failed step is retried");
    }
    StepProgress container = step.container;
    if (container != null && container.state != StepState.RUNNING) {
      return wrongState(step, "retry \"" + container.id() + "\", which it belongs to");
    }
    if (container != null
        && container.step.kind() instanceof StepKind.Loop
        && !container.instances().last().equals(step.instance)) {
      return wrongState(step, "a later iteration has begun");
    }
    Set<StepId> found = new LinkedHashSet<>(Set.of(step.id()));
    List<StepProgress> open = new ArrayList<>(step.dependents);
    while (!open.isEmpty()) {
      StepProgress dependent = open.removeLast();
      if (dependent.state == StepState.SKIPPED && found.add(dependent.id())) {
        open.addAll(dependent.dependents);
      } else if (dependent.attempt > 0) {
        return wrongState(
            step, "\"" + dependent.id() + "\" has started with its failure; fork the run instead");
      }
    }
    again.addAll(found);
    return Optional.empty();
  }

  static Optional<RunRefusal> skip(Decision decision, RunCommand.SkipStep skip) {
    StepProgress step = decision.run().steps().find(skip.step());
    if (step == null) {
      return Optional.of(Decision.noStep(skip.step()));
    }
    if (!step.isOptional()) {
      return wrongState(step, "only an optional step is skipped");
    }
    boolean isWaiting = step.state == StepState.PENDING || step.state == StepState.READY;
    if (!isWaiting && !step.isHeld) {
      return wrongState(step, "only a step that has not started is skipped");
    }
    decision.emit(
        new RunEvent.StepsSkipped(List.of(step.id()), StepError.skipped("skipped by hand")));
    Bodies.stepEnded(decision, step);
    return Optional.empty();
  }

  static Optional<RunRefusal> approve(Decision decision, RunCommand.Approve approve) {
    StepProgress step = decision.run().steps().find(approve.step());
    if (step == null) {
      return Optional.of(Decision.noStep(approve.step()));
    }
    if (!(step.step.kind() instanceof StepKind.Approval) || step.state != StepState.RUNNING) {
      return wrongState(step, "it waits for no approval");
    }
    if (approve.isApproved()) {
      ObjectNode answer = JsonNodeFactory.instance.objectNode();
      answer.put("approved", true).put("by", approve.by()).put("comment", approve.comment());
      Attempts.finish(decision, step, answer);
    } else {
      Attempts.failForGood(
          decision,
          step,
          StepError.lasting(
              StepError.Code.APPROVAL_REFUSED,
              "refused by " + approve.by() + ": " + approve.comment()),
          Consumption.NONE,
          0);
    }
    return Optional.empty();
  }

  static Optional<RunRefusal> signal(Decision decision, RunCommand.Signal signal) {
    decision.emit(new RunEvent.Signalled(signal.name(), signal.payload()));
    if (isStepId(signal.name())) {
      StepProgress step = decision.run().steps().find(new StepId(signal.name()));
      if (step != null
          && step.step.kind() instanceof StepKind.Wait
          && step.state == StepState.RUNNING) {
        Attempts.finish(decision, step, signal.payload());
      }
    }
    return Optional.empty();
  }

  private static boolean isStepId(String name) {
    return !name.isEmpty() && name.length() <= 256;
  }

  static Optional<RunRefusal> raise(Decision decision, RunCommand.RaiseBudget raise) {
    Run run = decision.run();
    Budget now = run.budgets().limit();
    Budget next = raise.budget();
    if (run.isStopping()) {
      return Submissions.stopping();
    }
    if (!now.currency().equals(next.currency())) {
      return RunDecisions.refused(
          RunRefusal.Code.CURRENCY_MISMATCH, "the run's budget is in " + now.currency());
    }
    Optional<String> lower =
        lower("micros", now.micros(), next.micros())
            .or(() -> lower("tokens", now.tokens(), next.tokens()))
            .or(() -> lower("calls", wide(now.calls()), wide(next.calls())));
    if (lower.isPresent()) {
      return RunDecisions.refused(RunRefusal.Code.INVALID_INPUT, lower.get());
    }
    decision.emit(new RunEvent.BudgetRaised(next));
    return Optional.empty();
  }

  /// Why a part of the budget is not raised; empty where it is, or stays as it is.
  private static Optional<String> lower(String part, OptionalLong now, OptionalLong next) {
    if (next.orElse(Long.MAX_VALUE) >= now.orElse(Long.MAX_VALUE)) {
      return Optional.empty();
    }
    return Optional.of(
        now.isPresent()
            ? "a budget is raised, not lowered: the run may spend " + now.getAsLong() + " " + part
            : "the run has no budget of " + part + ", and nothing to raise");
  }

  private static OptionalLong wide(OptionalInt number) {
    return number.isPresent() ? OptionalLong.of(number.getAsInt()) : OptionalLong.empty();
  }

  private static Optional<RunRefusal> wrongState(StepProgress step, String why) {
    return RunDecisions.refused(
        RunRefusal.Code.TASK_STATE,
        "step \"" + step.id() + "\" is " + step.state.word() + ": " + why);
  }
}
