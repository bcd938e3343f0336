package dev.troupe.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troupe.actor.RunActor.Followed;
import dev.troupe.actor.RunJournal;
import dev.troupe.actor.Runs;
import dev.troupe.plan.Budget;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.run.Recorded;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunId;
import dev.troupe.run.RunRefusal;
import dev.troupe.run.RunView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;

/// One run as an application sees it: looks at it, follows it, has it do something. Costs nothing to hold;
/// many may stand for the same run, on any nodes.
///
/// Every stage fails with [RunRefusedException] when the run refuses, or is not there; with a timeout when it
/// has not answered within half a minute, as while its node is replaced: asking again is safe then.
public final class TroupeRun {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PAGE = 1_000;

  private final Runs runs;
  private final RunJournal.Key key;

  TroupeRun(Runs runs, RunJournal.Key key) {
    this.runs = runs;
    this.key = key;
  }

  public RunId id() {
    return key.run();
  }

  /// The run with all its steps, as it is now.
  public CompletionStage<RunView> view() {
    return runs.view(key).thenApply(view -> view.orElseThrow(this::notFound));
  }

  /// The run at its end.
  public CompletionStage<RunView> end() {
    return awaitEnd().thenCompose(_ -> view());
  }

  /// The result of a step of a run that has come to its end; empty where the step has none. Waits for the end.
  public CompletionStage<Optional<JsonNode>> result(String step) {
    var id = new StepId(step);
    return end()
        .thenApply(view ->
            view.steps().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .flatMap(each -> each.output()));
  }

  /// All events of the run, from its beginning to its end.
  public Source<Recorded, NotUsed> events() {
    return events(0);
  }

  /// Events of the run, each as soon as it is as safe as the run's durability makes it; completes after the
  /// last.
  ///
  /// @param after number of the event before the first; 0 for all
  public Source<Recorded, NotUsed> events(long after) {
    return Source.unfoldAsync(
            Optional.of(after + 1),
            (Optional<Long> next) ->
                next.isEmpty()
                    ? CompletableFuture.completedFuture(
                        Optional.<Pair<Optional<Long>, List<Recorded>>>empty())
                    : follow(next.get())
                        .thenApply(followed ->
                            Optional.of(
                                Pair.create(
                                    followed.isOver()
                                        ? Optional.<Long>empty()
                                        : Optional.of(followed.next(next.get())),
                                    followed.events()))))
        .mapConcat(page -> page);
  }

  /// Ends the run soon: running steps are cancelled. Asked again, it does nothing.
  public CompletionStage<Done> abort(String reason) {
    return ask(new RunCommand.Abort(reason));
  }

  /// Starts nothing more; what runs goes on.
  public CompletionStage<Done> pause() {
    return ask(new RunCommand.Pause());
  }

  public CompletionStage<Done> resume() {
    return ask(new RunCommand.Resume());
  }

  /// Adds steps, such as those of [dev.troupe.plan.PlanBuilder#steps]; they may depend on any step there is.
  public CompletionStage<Done> add(List<Step> steps) {
    return ask(new RunCommand.AddSteps(steps));
  }

  /// Runs a failed step again, and what was skipped for it.
  public CompletionStage<Done> retry(String step) {
    return ask(new RunCommand.RetryStep(new StepId(step)));
  }

  /// Does without an optional step that has not started, or that failed.
  public CompletionStage<Done> skip(String step) {
    return ask(new RunCommand.SkipStep(new StepId(step)));
  }

  /// Answers an approval step with yes.
  ///
  /// @param by who says so
  public CompletionStage<Done> approve(String step, String by) {
    return ask(new RunCommand.Approve(new StepId(step), true, by, ""));
  }

  /// Answers an approval step with no.
  ///
  /// @param by who says so
  public CompletionStage<Done> reject(String step, String by, String comment) {
    return ask(new RunCommand.Approve(new StepId(step), false, by, comment));
  }

  /// Gives the run a value under a name. It ends the wait step of that id, now or when that starts.
  ///
  /// @param value of any type that Jackson writes
  public CompletionStage<Done> signal(String name, Object value) {
    return ask(new RunCommand.Signal(name, JSON.valueToTree(value)));
  }

  /// Allows the run to spend more, in the same currency.
  public CompletionStage<Done> raiseBudget(Budget budget) {
    return ask(new RunCommand.RaiseBudget(budget));
  }

  /// Begins a new run of the plan from a step on: what does not need that step keeps its results.
  ///
  /// @param id of the new run
  public CompletionStage<TroupeRun> fork(String step, String id) {
    return again(Optional.of(new StepId(step)), Optional.empty(), id);
  }

  /// Begins a new run of what this one, which has ended, is missing.
  ///
  /// @param id of the new run
  public CompletionStage<TroupeRun> rerun(String id) {
    return again(Optional.empty(), Optional.empty(), id);
  }

  /// The same, with a budget that pays for what is missing alone.
  public CompletionStage<TroupeRun> rerun(String id, Budget budget) {
    return again(Optional.empty(), Optional.of(budget), id);
  }

  private CompletionStage<TroupeRun> again(
      Optional<StepId> step, Optional<Budget> budget, String id) {
    var other = new TroupeRun(runs, new RunJournal.Key(key.tenant(), new RunId(id)));
    return runs.prepare(key, other.id(), step, budget)
        .thenCompose(prepared -> {
          prepared
              .refusal()
              .ifPresent(refusal -> {
                throw new RunRefusedException(refusal);
              });
          return other.ask(prepared.submit().orElseThrow());
        })
        .thenApply(_ -> other);
  }

  CompletionStage<Done> ask(RunCommand command) {
    return runs.ask(key, command)
        .thenApply(reply -> {
          reply
              .refusal()
              .ifPresent(refusal -> {
                throw new RunRefusedException(refusal);
              });
          return Done.getInstance();
        });
  }

  /// Asks for an event that there will not be: the answer is the run's end.
  private CompletionStage<Done> awaitEnd() {
    return follow(Long.MAX_VALUE)
        .thenCompose(followed ->
            followed.isOver() ? CompletableFuture.completedStage(Done.getInstance()) : awaitEnd());
  }

  private CompletionStage<Followed> follow(long from) {
    return runs.follow(key, from, PAGE, PATIENCE)
        .thenApply(followed -> {
          if (!followed.isKnown()) {
            throw notFound();
          }
          return followed;
        });
  }

  private RunRefusedException notFound() {
    return new RunRefusedException(
        new RunRefusal(
            RunRefusal.Code.RUN_NOT_FOUND, "there is no run \"" + key.run().value() + "\""));
  }
}
