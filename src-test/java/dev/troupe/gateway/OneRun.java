package dev.troupe.gateway;

import dev.troupe.actor.RunActor;
import dev.troupe.actor.RunJournal;
import dev.troupe.actor.Runs;
import dev.troupe.plan.Budget;
import dev.troupe.plan.Plan;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.run.Forks;
import dev.troupe.run.Prices;
import dev.troupe.run.Recorded;
import dev.troupe.run.Run;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunDecisions;
import dev.troupe.run.RunEvent;
import dev.troupe.run.RunId;
import dev.troupe.run.RunView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/// A run that was paused with its second event; then nothing happens.
final class OneRun implements Runs {

  private static final long PAUSED = 2;

  /// Somebody waits for what does not happen.
  final CompletableFuture<Done> waitedFor = new CompletableFuture<>();

  private static RunView view() {
    var run = new Run();
    var step = new Step(new StepId("a"), new StepKind.Join(StepKind.Join.How.LIST), List.of());
    new RunDecisions(Prices.NONE)
        .decide(
            run,
            RunCommand.Submit.of(new RunId("r"), Plan.of(List.of(step)), RunPolicy.DEFAULT),
            1,
            new Random(1));
    return RunView.of(run, 1);
  }

  @Override
  public CompletionStage<RunActor.Described> describe(RunJournal.Key run, int from, int most) {
    return CompletableFuture.completedStage(new RunActor.Described(Optional.of(view()), true));
  }

  @Override
  public CompletionStage<RunActor.Followed> follow(
      RunJournal.Key run, long from, int most, Duration patience) {
    if (from > PAUSED) {
      waitedFor.complete(Done.getInstance());
      return new CompletableFuture<>();
    }
    return CompletableFuture.completedStage(
        new RunActor.Followed(
            List.of(new Recorded(PAUSED, 1, new RunEvent.Paused())), true, false));
  }

  @Override
  public CompletionStage<RunActor.Reply> ask(RunJournal.Key run, RunCommand command) {
    throw new AssertionError("nobody asks it for anything");
  }

  @Override
  public CompletionStage<RunActor.Reply> beginInside(RunJournal.Key run, RunCommand.Submit submit) {
    throw new AssertionError("it is inside no other");
  }

  @Override
  public CompletionStage<Forks.Prepared> prepare(
      RunJournal.Key run, RunId id, Optional<StepId> step, Optional<Budget> budget) {
    throw new AssertionError("nobody forks it");
  }

  @Override
  public CompletionStage<RunActor.Assessed> assess(RunJournal.Key run) {
    throw new AssertionError("nobody needs its report");
  }
}
