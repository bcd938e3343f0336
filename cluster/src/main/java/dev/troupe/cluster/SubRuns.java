package dev.troupe.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.troupe.actor.RunActor;
import dev.troupe.actor.RunJournal;
import dev.troupe.actor.Runs;
import dev.troupe.actor.StepRunner.Doing;
import dev.troupe.actor.StepRunner.Task;
import dev.troupe.plan.StepId;
import dev.troupe.run.Consumption;
import dev.troupe.run.Recorded;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunCommand.Ended;
import dev.troupe.run.RunCommand.Failed;
import dev.troupe.run.RunCommand.Finished;
import dev.troupe.run.RunEvent;
import dev.troupe.run.RunId;
import dev.troupe.run.RunProgram;
import dev.troupe.run.RunRefusal;
import dev.troupe.run.RunState;
import dev.troupe.run.RunView;
import dev.troupe.run.StepError;
import dev.troupe.run.StepInput;
import dev.troupe.run.StepView;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/// Does the steps that are runs of their own: begins them, or finds them begun, and follows them to their
/// end.
final class SubRuns {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PAGE = 1_000;

  private static final String GONE =
      "its run left memory before its result was read, and is in no storage";

  /// A shard moves within seconds; a node that is lost is replaced within a minute. An ask waits for half a
  /// minute at least.
  private static final int MOST_ASKS = 5;

  private final CompletionStage<Runs> runs;
  private final Duration pause;

  /// @param runs which need this to begin
  /// @param pause before a run that did not answer is asked again
  SubRuns(CompletionStage<Runs> runs, Duration pause) {
    this.runs = runs;
    this.pause = pause;
  }

  Doing start(Task task, StepInput.SubRun input) {
    var cancelled = new CompletableFuture<Done>();
    var asks = new PersistentAsk(MOST_ASKS, pause, cancelled::isDone);
    var key = runs.thenCompose(all -> find(new Asked(all, asks), task, 1));
    var ended =
        runs.thenCombine(
                key,
                (all, found) ->
                    // A run that is begun after the order to end it would go on for nobody.
                    cancelled.isDone()
                        ? cancelled()
                        : begin(new Asked(all, asks), found, task, input))
            .thenCompose(result -> result)
            .exceptionally(failure ->
                failed(StepError.passing(StepError.Code.UNAVAILABLE, failure.toString())));
    return new Doing() {
      @Override
      public CompletionStage<Ended> ended() {
        return ended;
      }

      @Override
      public void cancel() {
        cancelled.complete(Done.getInstance());
        var abort = new RunCommand.Abort("its run does not need it any more");
        var asks = new PersistentAsk(MOST_ASKS, pause, () -> false);
        runs.thenCombine(key, (all, found) -> new Asked(all, asks).ask(found, abort));
      }

      @Override
      public boolean goesOnElsewhere() {
        return true;
      }
    };
  }

  /// Runs that are asked again where they do not answer.
  private record Asked(Runs runs, PersistentAsk asks) {

    CompletionStage<RunActor.Reply> ask(RunJournal.Key key, RunCommand command) {
      return asks.of(name(key), () -> runs.ask(key, command));
    }

    CompletionStage<RunActor.Reply> begin(RunJournal.Key key, RunCommand.Submit submit) {
      return asks.of(name(key), () -> runs.beginInside(key, submit));
    }

    CompletionStage<RunActor.Described> describe(RunJournal.Key key) {
      return asks.of(name(key), () -> runs.describe(key, 0, 1));
    }

    CompletionStage<Optional<RunView>> view(RunJournal.Key key) {
      return asks.of(name(key), () -> runs.view(key));
    }

    CompletionStage<RunActor.Followed> follow(RunJournal.Key key, long from) {
      return asks.of(name(key), () -> runs.follow(key, from, PAGE, PATIENCE));
    }

    private static String name(RunJournal.Key key) {
      return "run " + key.run().value();
    }
  }

  /// The run of an attempt: that of an earlier one, which was lost sight of and goes on, unless it has ended
  /// without a result.
  private static CompletionStage<RunJournal.Key> find(Asked all, Task task, int attempt) {
    var key = key(task, attempt);
    if (attempt >= task.step().attempt()) {
      return CompletableFuture.completedStage(key);
    }
    return all.describe(key)
        .thenCompose(described ->
            described.run().map(run -> run.state()).filter(SubRuns::isInVain).isPresent()
                ? find(all, task, attempt + 1)
                : CompletableFuture.completedStage(key));
  }

  private static boolean isInVain(RunState state) {
    return state.isTerminal() && state != RunState.COMPLETED;
  }

  private static RunJournal.Key key(Task task, int attempt) {
    var name = task.run().run() + "/" + task.step().step();
    return new RunJournal.Key(
        task.run().tenant(), new RunId(attempt == 1 ? name : name + "#" + attempt));
  }

  /// Of a run that another one has spawned: it matters as much as that says of itself.
  private static Map<String, JsonNode> metadata(Task task) {
    var metadata = new HashMap<String, JsonNode>();
    RunProgram.OWN
        .childOf(task.program().value())
        .withPriority(task.declared().priority())
        .write(metadata);
    return metadata;
  }

  private static CompletionStage<Ended> begin(
      Asked all, RunJournal.Key key, Task task, StepInput.SubRun input) {
    var submit =
        RunCommand.Submit.of(key.run(), input.plan(), input.policy())
            .withInputs(input.inputs())
            .withMetadata(metadata(task));
    return all.begin(key, submit)
        .thenCompose(reply ->
            reply
                .refusal()
                .filter(refusal -> refusal.code() != RunRefusal.Code.RUN_EXISTS)
                .map(refusal -> refused(refusal.message()))
                .orElseGet(() -> follow(all, key, input, new Progress(), 1)));
  }

  private static CompletionStage<Ended> follow(
      Asked all, RunJournal.Key key, StepInput.SubRun input, Progress progress, long from) {
    return all.follow(key, from)
        .thenCompose(followed -> {
          progress.take(followed.events());
          return followed.isOver()
              ? ended(all, key, input, progress)
              : follow(all, key, input, progress, followed.next(from));
        });
  }

  /// What steps with steps inside came to is in no event: the run itself is asked for it.
  private static CompletionStage<Ended> ended(
      Asked all, RunJournal.Key key, StepInput.SubRun input, Progress progress) {
    if (!progress.lacks(input)) {
      return CompletableFuture.completedStage(progress.ended(input));
    }
    return all.view(key)
        .thenApply(found ->
            found
                .map(run -> {
                  run.steps().forEach(progress::take);
                  return progress.ended(input);
                })
                .orElseGet(() -> failed(StepError.lasting(StepError.Code.EXECUTION_FAILED, GONE))));
  }

  private static CompletionStage<Ended> cancelled() {
    return CompletableFuture.completedStage(
        failed(StepError.lasting(StepError.Code.CANCELLED, "cancelled before it began")));
  }

  private static CompletionStage<Ended> refused(String why) {
    return CompletableFuture.completedStage(
        failed(StepError.lasting(StepError.Code.EXECUTION_FAILED, why)));
  }

  private static Ended failed(StepError error) {
    return new Failed(error, Consumption.NONE);
  }

  /// What was heard of a run. Confined to the stages that follow it, one after the other.
  private static final class Progress {

    private final Map<StepId, JsonNode> results = new HashMap<>();
    private Consumption used = Consumption.NONE;
    private long micros;
    private RunState state = RunState.FAILED;
    private String why = "the run was lost";

    void take(List<Recorded> events) {
      for (var recorded : events) {
        switch (recorded.event()) {
          case RunEvent.StepFinished finished -> {
            results.put(finished.step(), finished.result());
            pay(finished.used(), finished.micros());
          }
          case RunEvent.StepFailed failed -> pay(failed.used(), failed.micros());
          case RunEvent.RetryScheduled failed -> pay(failed.used(), failed.micros());
          case RunEvent.RunEnded ended -> {
            state = ended.state();
            why = ended.error().map(error -> error.message()).orElse("");
          }
          default -> {}
        }
      }
    }

    void take(StepView step) {
      step.output().ifPresent(result -> results.putIfAbsent(step.id(), result));
    }

    /// Whether the run has results that no event told.
    boolean lacks(StepInput.SubRun input) {
      return state == RunState.COMPLETED
          && resultSteps(input).stream()
              .filter(step -> !results.containsKey(step))
              .flatMap(step -> input.plan().step(step).stream())
              .anyMatch(step -> !step.kind().bodies().isEmpty());
    }

    private static List<StepId> resultSteps(StepInput.SubRun input) {
      return input.result().map(List::of).orElseGet(() -> input.plan().leaves());
    }

    private void pay(Consumption more, long cost) {
      used = used.plus(more);
      micros += cost;
    }

    Ended ended(StepInput.SubRun input) {
      var all =
          new Consumption(
              used.promptTokens(), used.cachedTokens(), used.outputTokens(), used.calls(), micros);
      return state == RunState.COMPLETED
          ? new Finished(result(input), all)
          : new Failed(
              StepError.lasting(
                  StepError.Code.EXECUTION_FAILED, "its run has " + state.word() + ": " + why),
              all);
    }

    private JsonNode result(StepInput.SubRun input) {
      if (input.result().isPresent()) {
        var result = results.get(input.result().get());
        return result == null ? JsonNodeFactory.instance.nullNode() : result;
      }
      var object = JsonNodeFactory.instance.objectNode();
      resultSteps(input).stream()
          .filter(results::containsKey)
          .forEach(leaf -> object.set(leaf.value(), results.get(leaf)));
      return object;
    }
  }
}
