package dev.troupe.actor;

import dev.troupe.plan.Budget;
import dev.troupe.plan.StepId;
import dev.troupe.run.Forks;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunId;
import dev.troupe.run.RunView;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/// Finds the one actor of each run, wherever it lives, and asks it. Every stage fails when there is no
/// answer within half a minute, as while a node that was lost is replaced; then it is not known whether a
/// command was followed, and asking again is safe.
public interface Runs {

  /// Steps that are asked for at a time.
  int PAGE = 1_000;

  /// Has a run follow a command, or begins it. Answered once what happened is as safe as the run's
  /// durability makes it.
  CompletionStage<RunActor.Reply> ask(RunJournal.Key run, RunCommand command);

  /// Begins a run that is a step of another, and so part of what was accepted before: never refused for want
  /// of room.
  CompletionStage<RunActor.Reply> beginInside(RunJournal.Key run, RunCommand.Submit submit);

  /// A page of what the run has done and is doing; see [RunActor.Describe].
  ///
  /// @param from how many of its steps are left out
  /// @param most steps in the answer, at least 1; there are fewer where they are large
  CompletionStage<RunActor.Described> describe(RunJournal.Key run, int from, int most);

  /// A run with all its steps, each as it was when its page was asked for; empty where there is no such run.
  default CompletionStage<Optional<RunView>> view(RunJournal.Key run) {
    return viewFrom(run, 0);
  }

  private CompletionStage<Optional<RunView>> viewFrom(RunJournal.Key run, int from) {
    return describe(run, from, PAGE)
        .thenCompose(described -> {
          var page = described.run();
          if (described.isLast() || page.isEmpty() || page.get().steps().isEmpty()) {
            return CompletableFuture.completedStage(page);
          }
          var steps = page.get().steps();
          return viewFrom(run, from + steps.size())
              .thenApply(rest -> rest.map(more -> joined(page.get(), more)));
        });
  }

  private static RunView joined(RunView page, RunView rest) {
    return page.withSteps(Stream.concat(page.steps().stream(), rest.steps().stream()).toList());
  }

  /// A new run that begins with the results of this one; see [Forks#prepare].
  CompletionStage<Forks.Prepared> prepare(
      RunJournal.Key run, RunId id, Optional<StepId> step, Optional<Budget> budget);

  /// How well a run goes, or went.
  CompletionStage<RunActor.Assessed> assess(RunJournal.Key run);

  /// Events of a run from a number on; see [RunActor.Follow].
  CompletionStage<RunActor.Followed> follow(
      RunJournal.Key run, long from, int most, Duration patience);
}
