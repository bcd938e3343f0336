package dev.troupe.actor;

import dev.troupe.actor.RunActor.GivenBack;
import dev.troupe.actor.RunActor.Kept;
import dev.troupe.actor.RunActor.NotKept;
import dev.troupe.actor.RunActor.Outside;
import dev.troupe.actor.RunActor.Tick;
import dev.troupe.actor.RunActor.Told;
import dev.troupe.actor.RunActor.Written;
import dev.troupe.plan.StepId;
import dev.troupe.run.Outcome;
import dev.troupe.run.PlanWriter;
import dev.troupe.run.Run;
import dev.troupe.run.RunAction;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunMeasure;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.pekko.Done;

/// The course of a run: each command is decided, its events are given to storage, and what
/// follows from them is done, at once or when they are kept. Then the run's plan is written on,
/// where something writes it. Confined to the run's actor.
final class RunCourse {

  private final RunScope scope;
  private final Run run;
  private final RunKeeping keeping;
  private final RunStay stay;
  private final RunPermits permits;
  private final RunWork work;
  private final RunWriting writing;
  private final RunTelling telling;
  private final RandomGenerator random;

  RunCourse(RunScope scope, Run run, RunKeeping keeping, RunStay stay, RunPermits permits) {
    this.scope = scope;
    this.run = run;
    this.keeping = keeping;
    this.stay = stay;
    this.permits = permits;
    var key = scope.key();
    var ports = scope.ports();
    var self = scope.self();
    this.work =
        new RunWork(
            key,
            ports.runner(),
            outcome -> self.tell(new Outside(outcome)),
            returned -> self.tell(new GivenBack(returned)));
    this.writing =
        new RunWriting(planning ->
            PlanWriter.of(
                planning, ports.settings().analysisTimeout(), ports.analyses().of(key.tenant())));
    this.telling = new RunTelling(key, ports, new Told());
    this.random = ports.random().get();
  }

  /// The run is as its history has it, and goes on.
  void begin() {
    telling.begin(run, keeping.isKept(), run.sequence(), scope.context());
    if (run.isSubmitted() && !run.state().isTerminal()) {
      take(new RunCommand.Recover(Set.of()));
    }
  }

  void take(RunCommand command) {
    take(command, _ -> {});
  }

  /// @param answer told what came of the command, once nothing of it can be lost any more, or
  ///     at once where the run does not wait for that
  void take(RunCommand command, Consumer<Outcome> answer) {
    follow(command, answer);
    writeOn();
  }

  /// An attempt of a step has ended.
  void ended(RunCommand.StepOutcome outcome) {
    work.ended(outcome);
    take(outcome);
  }

  /// A step that nobody had begun was given back.
  void returned(RunCommand.StepReturned given) {
    work.returned(given);
    take(given);
  }

  /// A step has written more.
  void written(StepId step, String text) {
    writing.feed(run, step, text).forEach(this::followWritten);
    writeOn();
  }

  /// The plan goes on with what has happened.
  private void writeOn() {
    for (var next = writing.next(run); !next.isEmpty(); next = writing.next(run)) {
      next.forEach(this::followWritten);
    }
  }

  private void followWritten(RunCommand command) {
    follow(
        command,
        outcome ->
            RunWriting.afterRefusal(run, outcome).ifPresent(abort -> follow(abort, _ -> {})));
  }

  private void follow(RunCommand command, Consumer<Outcome> answer) {
    long now = scope.nowMillis();
    var outcome = permits.within(stay.decisions()).decide(run, command, now, random);
    permits.decided(run, stay.decisions(), outcome, now);
    RunMeasure.of(run, outcome.events()).forEach(scope.ports().instruments()::record);
    var effect =
        new RunKeeping.Effect(run.sequence(), outcome.actions(), () -> answer.accept(outcome));
    var due = keeping.take(outcome.events(), effect);
    telling.begin(run, keeping.isKept(), 0, scope.context());
    due.ifPresent(this::perform);
    keep();
  }

  private void perform(RunKeeping.Effect effect) {
    effect.actions().forEach(this::perform);
    effect.answer().run();
  }

  private void perform(RunAction action) {
    switch (action) {
      case RunAction.StartStep start -> work.start(start, run, reader(start.step()));
      case RunAction.CancelStep cancel -> work.cancel(cancel);
      case RunAction.WakeAt(long atMillis) ->
          scope
              .timers()
              .startSingleTimer(
                  Tick.class,
                  new Tick(),
                  Duration.ofMillis(Math.max(0, atMillis - scope.nowMillis())));
      case RunAction.Conclude(var state, _) -> {
        scope.timers().cancel(Tick.class);
        scope.context().getLog().info("run {} has {}", scope.key().run(), state.word());
      }
      // Whoever looks at the run sees the question.
      case RunAction.AskApproval _ -> {}
    }
  }

  /// Who reads what a step writes while it writes it.
  private Optional<Consumer<String>> reader(StepId step) {
    var self = scope.self();
    return writing.reads(run, step)
        ? Optional.of(text -> self.tell(new Written(step, text)))
        : Optional.empty();
  }

  private void keep() {
    keeping.begin(telling.isPending(run)).ifPresent(this::hearOf);
  }

  private void hearOf(CompletionStage<Done> kept) {
    scope
        .context()
        .pipeToSelf(kept, (_, failure) -> failure == null ? new Kept() : new NotKept(failure));
  }

  /// What was given to storage is there.
  void kept() {
    keeping.kept().forEach(this::perform);
    keep();
  }

  /// Nobody is to be told of the run's events any more. They are all kept: the last of them was
  /// told.
  void told() {
    telling.end();
    if (keeping.isKept() && run.state().isTerminal()) {
      hearOf(keeping.keepHead(false));
    }
  }

  /// The run is about to go on elsewhere: what nobody has begun yet is given back.
  void giveBack() {
    work.giveBack();
  }

  /// The run is not here any more.
  void leave() {
    work.leave();
  }

  /// Whether nothing is under way: no step, nothing to be kept, and nobody to be told.
  boolean isDone() {
    return work.isIdle() && keeping.isDone() && !telling.isPending(run);
  }

  /// Whether nothing would be lost if the run went on elsewhere.
  boolean isMovable() {
    return work.isMovable() && keeping.isDone();
  }
}
