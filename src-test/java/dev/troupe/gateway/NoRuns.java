package dev.troupe.gateway;

import dev.troupe.actor.Analyst;
import dev.troupe.actor.FunctionActor;
import dev.troupe.actor.Functions;
import dev.troupe.actor.RunActor;
import dev.troupe.actor.RunJournal;
import dev.troupe.actor.Runs;
import dev.troupe.actor.Schedules;
import dev.troupe.plan.Budget;
import dev.troupe.plan.StepId;
import dev.troupe.program.Program;
import dev.troupe.program.Tenant;
import dev.troupe.run.Analyses;
import dev.troupe.run.Forks;
import dev.troupe.run.Planning;
import dev.troupe.run.Recorded;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunId;
import dev.troupe.run.Timetable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/// A gateway's view of a cluster that holds no runs: nobody answers.
final class NoRuns implements Runs, Functions, RunJournal, Schedules, Analyst {

  private static <T> CompletionStage<T> nobody() {
    return CompletableFuture.failedStage(new IllegalStateException("nobody holds runs here"));
  }

  @Override
  public CompletionStage<Analyses.Outcome> analyse(Program.Id program, Planning.Analysed planning) {
    return nobody();
  }

  @Override
  public CompletionStage<Creation> create(Timetable.Scheduled scheduled) {
    return nobody();
  }

  @Override
  public CompletionStage<Deletion> delete(Timetable.Key key) {
    return nobody();
  }

  @Override
  public CompletionStage<Listing> list(Tenant tenant, Optional<String> id) {
    return nobody();
  }

  @Override
  public CompletionStage<RunActor.Reply> ask(Key run, RunCommand command) {
    return nobody();
  }

  @Override
  public CompletionStage<RunActor.Reply> beginInside(Key run, RunCommand.Submit submit) {
    return nobody();
  }

  @Override
  public CompletionStage<RunActor.Described> describe(Key run, int from, int most) {
    return nobody();
  }

  @Override
  public CompletionStage<Forks.Prepared> prepare(
      Key run, RunId id, Optional<StepId> step, Optional<Budget> budget) {
    return nobody();
  }

  @Override
  public CompletionStage<RunActor.Assessed> assess(Key run) {
    return nobody();
  }

  @Override
  public CompletionStage<RunActor.Followed> follow(
      Key run, long from, int most, Duration patience) {
    return nobody();
  }

  @Override
  public void tell(Tenant tenant, String function, FunctionActor.Command command) {}

  @Override
  public CompletionStage<FunctionActor.Taken> take(
      Tenant tenant, String function, Duration patience) {
    return nobody();
  }

  @Override
  public CompletionStage<FunctionActor.Extended> extend(Tenant tenant, String function, String id) {
    return nobody();
  }

  @Override
  public CompletionStage<FunctionActor.Found> find(Tenant tenant, String function, String id) {
    return nobody();
  }

  @Override
  public CompletionStage<FunctionActor.Described> describe(Tenant tenant, String function) {
    return nobody();
  }

  @Override
  public CompletionStage<Done> append(Head head, List<Recorded> events) {
    return nobody();
  }

  @Override
  public CompletionStage<List<Recorded>> read(Key key, long from, int most) {
    return nobody();
  }

  @Override
  public CompletionStage<List<Head>> list(Tenant tenant, Selection selection, int most) {
    return nobody();
  }

  @Override
  public CompletionStage<Optional<Head>> head(Key key) {
    return nobody();
  }

  @Override
  public CompletionStage<List<Key>> open(Optional<Key> after, int most) {
    return nobody();
  }
}
