package dev.troupe.actor;

import dev.troupe.plan.Budget;
import dev.troupe.plan.StepId;
import dev.troupe.run.Forks;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Finds the one actor of each run, wherever it lives, and asks it. Every stage fails when there is no
/// answer within half a minute, as while a node that was lost is replaced; then it is not known whether a
/// command was followed, and asking again is safe.
public interface Runs {

  /// Has a run follow a command, or begins it. Answered once what happened is as safe as the run's
  /// durability makes it.
  CompletionStage<RunActor.Reply> ask(RunJournal.Key run, RunCommand command);

  /// Begins a run that is a step of another, and so part of what was accepted before: never refused for want
  /// of room.
  CompletionStage<RunActor.Reply> beginInside(RunJournal.Key run, RunCommand.Submit submit);

  /// @param from how many of its steps are left out
  /// @param most steps in the answer, at least 1
  CompletionStage<RunActor.Described> describe(RunJournal.Key run, int from, int most);

  /// A new run that begins with the results of this one; see [Forks#prepare].
  CompletionStage<Forks.Prepared> prepare(
      RunJournal.Key run, RunId id, Optional<StepId> step, Optional<Budget> budget);

  /// How well a run goes, or went.
  CompletionStage<RunActor.Assessed> assess(RunJournal.Key run);

  /// Events of a run from a number on; see [RunActor.Follow].
  CompletionStage<RunActor.Followed> follow(
      RunJournal.Key run, long from, int most, Duration patience);
}
