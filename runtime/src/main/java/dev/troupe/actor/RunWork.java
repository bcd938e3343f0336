package dev.troupe.actor;

import dev.troupe.plan.StepId;
import dev.troupe.program.Program;
import dev.troupe.run.CallsAhead;
import dev.troupe.run.Run;
import dev.troupe.run.RunAction.CancelStep;
import dev.troupe.run.RunAction.StartStep;
import dev.troupe.run.RunCommand.StepOutcome;
import dev.troupe.run.RunCommand.StepReturned;
import dev.troupe.run.RunProgram;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The attempts of a run's steps that are under way. Confined to the run's actor.
final class RunWork {

  private record Attempt(int number, StepRunner.Doing doing) {}

  private final RunJournal.Key key;
  private final StepRunner runner;
  private final Consumer<StepOutcome> listener;
  private final CallEdges edges;
  private final Map<StepId, Attempt> attempts = new HashMap<>();
  private final Consumer<StepReturned> returned;
  private boolean isGivingBack;

  /// @param listener told once of the end of each attempt, on any thread
  /// @param returned told of each that [#giveBack] has given back, on any thread
  RunWork(
      RunJournal.Key key,
      StepRunner runner,
      Consumer<StepOutcome> listener,
      Consumer<StepReturned> returned) {
    this.key = key;
    this.runner = runner;
    this.listener = listener;
    this.returned = returned;
    this.edges = new CallEdges(key.run());
  }

  /// @param written told what the step writes, where somebody wants to know
  void start(StartStep step, Run run, Optional<Consumer<String>> written) {
    var program = RunProgram.of(run.metadata());
    var task =
        new StepRunner.Task(
            key,
            new Program.Id(key.tenant(), program.name().orElse(key.run().value())),
            new Program.Declared(
                program.parent().map(parent -> new Program.Id(key.tenant(), parent)),
                program.priority(),
                CallsAhead.of(run)),
            step,
            edges.name(step.step(), step.attempt()),
            edges.parents(step, run.plan()));
    var doing =
        written.map(reader -> runner.start(task, reader)).orElseGet(() -> runner.start(task));
    attempts.put(step.step(), new Attempt(step.attempt(), doing));
    if (isGivingBack) {
      giveBack(step.step(), step.attempt(), doing);
    }
    doing
        .ended()
        .thenAccept(ended -> listener.accept(new StepOutcome(step.step(), step.attempt(), ended)));
  }

  void cancel(CancelStep cancel) {
    var attempt = attempts.get(cancel.step());
    if (attempt != null && attempt.number() == cancel.attempt()) {
      attempt.doing().cancel();
    }
  }

  void ended(StepOutcome outcome) {
    forget(outcome.step(), outcome.attempt());
  }

  void returned(StepReturned given) {
    forget(given.step(), given.attempt());
  }

  private void forget(StepId step, int number) {
    var attempt = attempts.get(step);
    if (attempt != null && attempt.number() == number) {
      attempts.remove(step);
    }
  }

  /// The run is about to go on elsewhere: what nobody has begun yet is given back, now and from now on.
  void giveBack() {
    isGivingBack = true;
    attempts.forEach((step, attempt) -> giveBack(step, attempt.number(), attempt.doing()));
  }

  private void giveBack(StepId step, int number, StepRunner.Doing doing) {
    doing
        .giveBack()
        .thenAccept(isGiven -> {
          if (isGiven) {
            returned.accept(new StepReturned(step, number));
          }
        });
  }

  boolean isIdle() {
    return attempts.isEmpty();
  }

  /// Whether nothing would be lost if the run went on elsewhere.
  boolean isMovable() {
    return attempts.values().stream().allMatch(attempt -> attempt.doing().goesOnElsewhere());
  }

  /// The run is not here any more.
  void leave() {
    attempts.values().stream()
        .map(Attempt::doing)
        .filter(doing -> !doing.goesOnElsewhere())
        .forEach(StepRunner.Doing::cancel);
    attempts.clear();
  }
}
