package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.actor.RunActor;
import dev.troupe.actor.RunJournal;
import dev.troupe.actor.Runs;
import dev.troupe.actor.StepRunner;
import dev.troupe.actor.StepRunner.Doing;
import dev.troupe.plan.Argument;
import dev.troupe.plan.Body;
import dev.troupe.plan.Budget;
import dev.troupe.plan.Plan;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.program.Program;
import dev.troupe.program.Tenant;
import dev.troupe.run.Consumption;
import dev.troupe.run.Forks;
import dev.troupe.run.Recorded;
import dev.troupe.run.Reservation;
import dev.troupe.run.RunAction;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunCommand.Ended;
import dev.troupe.run.RunCommand.Failed;
import dev.troupe.run.RunCommand.Finished;
import dev.troupe.run.RunEvent;
import dev.troupe.run.RunId;
import dev.troupe.run.RunRefusal;
import dev.troupe.run.RunState;
import dev.troupe.run.StepError;
import dev.troupe.run.StepInput;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/// Steps that are runs, over runs that answer what the test says.
class SubRunsTest {

  private static final StepId STEP = new StepId("sub");
  private static final Plan PLAN =
      Plan.of(
          List.of(
              new Step(
                  new StepId("a"),
                  new StepKind.Function("f", new Argument.Merged(Map.of())),
                  List.of())));

  private final PlayedRuns runs = new PlayedRuns();
  private final SubRuns steps = new SubRuns(CompletableFuture.completedFuture(runs), Duration.ZERO);

  private Doing begin(int attempt) {
    return begin(attempt, PLAN);
  }

  private Doing begin(int attempt, Plan plan) {
    var tenant = new Tenant("t");
    var start =
        new RunAction.StartStep(
            STEP,
            attempt,
            input(plan),
            List.of(),
            0,
            0,
            Map.of(),
            Reservation.NONE,
            OptionalLong.empty(),
            OptionalLong.empty());
    return steps.start(
        new StepRunner.Task(
            new RunJournal.Key(tenant, new RunId("r")),
            new Program.Id(tenant, "r"),
            Program.Declared.NOTHING,
            start,
            "r/sub",
            List.of()),
        input(plan));
  }

  private static StepInput.SubRun input(Plan plan) {
    return new StepInput.SubRun(
        plan, Optional.empty(), RunPolicy.DEFAULT, JsonNodeFactory.instance.objectNode());
  }

  private static Ended end(Doing doing) throws Exception {
    return doing.ended().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static RunActor.Followed finished() {
    return new RunActor.Followed(
        List.of(
            new Recorded(
                7,
                1,
                new RunEvent.StepFinished(
                    new StepId("a"), TextNode.valueOf("x"), Consumption.CALL, 5)),
            new Recorded(8, 1, new RunEvent.RunEnded(RunState.COMPLETED, Optional.empty()))),
        true,
        true);
  }

  private static <T> CompletionStage<T> silence() {
    return CompletableFuture.failedStage(new TimeoutException("no answer"));
  }

  @Test
  void goesOnWhereItWasWhenItsRunDoesNotAnswerOnce() throws Exception {
    runs.answer(
        new RunActor.Followed(List.of(new Recorded(1, 1, new RunEvent.Paused())), true, false));
    runs.follows.add(silence());
    runs.answer(finished());

    assertThat(end(begin(1)))
        .isInstanceOfSatisfying(
            Finished.class,
            finished -> {
              assertThat(finished.result()).hasToString("{\"a\":\"x\"}");
              assertThat(finished.used().micros()).isEqualTo(5);
            });
    assertThat(runs.followedFrom).containsExactly(1L, 2L, 2L);
  }

  @Test
  void aRunWhoseResultIsInNoEventAndThatIsGoneHasFailed() throws Exception {
    var map =
        new StepKind.MapOver(
            new Argument.Literal(JsonNodeFactory.instance.arrayNode()),
            new Body(PLAN.steps(), Optional.empty()),
            OptionalInt.empty());
    var step = new StepId("each");
    runs.answer(
        new RunActor.Followed(
            List.of(
                new Recorded(7, 1, new RunEvent.BodyEnded(step)),
                new Recorded(8, 1, new RunEvent.RunEnded(RunState.COMPLETED, Optional.empty()))),
            true,
            true));
    runs.described.complete(new RunActor.Described(Optional.empty(), true));

    assertThat(end(begin(1, Plan.of(List.of(new Step(step, map, List.of()))))))
        .isInstanceOf(Failed.class);
  }

  @Test
  void aSubmissionThatWasNotAnsweredAndFollowedIsFoundDone() throws Exception {
    runs.replies.add(silence());
    runs.replies.add(
        CompletableFuture.completedStage(
            new RunActor.Reply(
                Optional.of(new RunRefusal(RunRefusal.Code.RUN_EXISTS, "it is there")),
                RunState.RUNNING)));
    runs.answer(finished());

    assertThat(end(begin(1))).isInstanceOf(Finished.class);
  }

  @Test
  void failsAfterFiveAsksInVainAndMayBeTriedAgain() throws Exception {
    for (int ask = 0; ask < 5; ask++) {
      runs.follows.add(silence());
    }

    assertThat(end(begin(1)))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.error().code()).isEqualTo(StepError.Code.UNAVAILABLE);
              assertThat(failed.error().isTransient()).isTrue();
              assertThat(failed.error().message()).contains("run r/sub was asked 5 times in vain");
            });
    assertThat(runs.followedFrom).hasSize(5);
  }

  @Test
  void whatIsNotNeededAnyMoreIsNotAskedForAgain() throws Exception {
    var unanswered = new CompletableFuture<RunActor.Followed>();
    runs.follows.add(unanswered);
    var doing = begin(1);

    doing.cancel();
    unanswered.completeExceptionally(new TimeoutException("no answer"));

    assertThat(end(doing)).isInstanceOf(Failed.class);
    assertThat(runs.followedFrom).hasSize(1);
    assertThat(runs.asked).last().isInstanceOf(RunCommand.Abort.class);
  }

  @Test
  void whatIsCancelledWhileItsRunIsLookedForIsNotBegun() throws Exception {
    var doing = begin(2);

    doing.cancel();
    runs.described.complete(new RunActor.Described(Optional.empty(), true));

    assertThat(end(doing))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> assertThat(failed.error().code()).isEqualTo(StepError.Code.CANCELLED));
    assertThat(runs.asked).noneMatch(RunCommand.Submit.class::isInstance);
  }

  /// Answers as it was told to; where it was not, submissions are accepted.
  private static final class PlayedRuns implements Runs {

    final Deque<CompletionStage<RunActor.Reply>> replies = new ArrayDeque<>();
    final Deque<CompletionStage<RunActor.Followed>> follows = new ArrayDeque<>();
    final CompletableFuture<RunActor.Described> described = new CompletableFuture<>();
    final List<RunCommand> asked = new ArrayList<>();
    final List<Long> followedFrom = new ArrayList<>();

    void answer(RunActor.Followed followed) {
      follows.add(CompletableFuture.completedStage(followed));
    }

    @Override
    public CompletionStage<RunActor.Reply> ask(RunJournal.Key run, RunCommand command) {
      asked.add(command);
      return replies.isEmpty()
          ? CompletableFuture.completedStage(new RunActor.Reply(Optional.empty(), RunState.RUNNING))
          : replies.remove();
    }

    @Override
    public CompletionStage<RunActor.Reply> beginInside(
        RunJournal.Key run, RunCommand.Submit submit) {
      return ask(run, submit);
    }

    @Override
    public CompletionStage<RunActor.Followed> follow(
        RunJournal.Key run, long from, int most, Duration patience) {
      followedFrom.add(from);
      return follows.remove();
    }

    @Override
    public CompletionStage<RunActor.Described> describe(RunJournal.Key run, int from, int most) {
      return described;
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
}
