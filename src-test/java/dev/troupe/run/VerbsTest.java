package dev.troupe.run;

import static dev.troupe.run.Steps.failFast;
import static dev.troupe.run.Steps.id;
import static dev.troupe.run.Steps.isolate;
import static dev.troupe.run.Steps.partial;
import static dev.troupe.run.Steps.step;
import static dev.troupe.run.Steps.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.Budget;
import dev.troupe.plan.Plan;
import dev.troupe.plan.Repeat;
import dev.troupe.plan.Retry;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepPolicy;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class VerbsTest {

  @Test
  @Tag("UDF-18")
  void aPausedRunStartsNothingAndKeepsWhatEnds() {
    VirtualRun run = VirtualRun.of(failFast(), step("a"), step("b", "a"));
    run.accepted(new RunCommand.Pause());

    run.finish("a");
    assertThat(run.running()).isEmpty();
    assertThat(run.state()).isEqualTo(RunState.PAUSED);
    run.accepted(new RunCommand.Resume());

    assertThat(run.running()).containsExactly("b");
  }

  @Test
  @Tag("TR-1")
  @Tag("TR-2")
  void aRunThatBeginsPausedTakesStepsAndStartsThemWhenResumed() {
    VirtualRun run = new VirtualRun();
    run.accepted(
        RunCommand.Submit.open(VirtualRun.ID, failFast().withMaxParallelism(1_000)).paused());
    IntStream.range(0, 100)
        .forEach(i -> run.accepted(new RunCommand.AddSteps(List.of(step("s" + i)))));
    assertThat(run.running()).isEmpty();

    run.accepted(new RunCommand.Resume());

    assertThat(run.running()).hasSize(100);
    for (String each : List.copyOf(run.running())) {
      run.finish(each);
    }
    assertThat(run.state()).isEqualTo(RunState.RUNNING);
    run.accepted(new RunCommand.Seal());
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  @Tag("TR-4")
  @Tag("RT-1")
  void whatDependsOnAnEndedStepStartsAtOnce() {
    VirtualRun run = VirtualRun.of(failFast(), step("a"), step("b"));
    run.finish("a");

    run.accepted(new RunCommand.AddSteps(List.of(step("c", "a"), step("d", "b", "c"))));

    assertThat(run.running()).containsExactly("b", "c");
    run.finish("c").finish("b");
    assertThat(run.running()).containsExactly("d");
  }

  @Test
  @Tag("TR-5")
  @Tag("RT-1")
  void whatIsAddedIsCheckedAsAPlanIs() {
    VirtualRun run = VirtualRun.of(failFast(), step("a"));

    assertThat(run.refused(new RunCommand.AddSteps(List.of(step("x", "y"), step("y", "x")))).code())
        .isEqualTo(RunRefusal.Code.DAG_CYCLE);
    assertThat(run.refused(new RunCommand.AddSteps(List.of(step("x", "nowhere")))).code())
        .isEqualTo(RunRefusal.Code.DEP_NOT_FOUND);
    assertThat(run.refused(new RunCommand.AddSteps(List.of(step("x"), step("a")))))
        .isEqualTo(
            new RunRefusal(
                RunRefusal.Code.INVALID_INPUT,
                "there is a step \"a\" in the run already; give the one that is added another id"));
    run.finish("a");
    assertThat(run.refused(new RunCommand.AddSteps(List.of(step("b")))).code())
        .isEqualTo(RunRefusal.Code.RUN_COMPLETED);
  }

  @Test
  @Tag("RT-20")
  void anAbortCancelsWhatRunsAndEndsWithIt() {
    VirtualRun run = VirtualRun.of(failFast(), step("a"), step("b"), step("c", "a"));
    RunAction.StartStep a = run.started("a");
    RunAction.StartStep b = run.started("b");

    run.accepted(new RunCommand.Abort("enough"));
    run.accepted(new RunCommand.Abort("enough"));

    assertThat(run.state()).isEqualTo(RunState.ABORTING);
    assertThat(run.actions(RunAction.CancelStep.class)).hasSize(2);
    assertThat(run.events(RunEvent.AbortRequested.class)).hasSize(1);
    run.accepted(
        new RunCommand.StepOutcome(
            a.step(), 1, new RunCommand.Finished(Steps.text("paid for"), Consumption.CALL)));
    run.accepted(
        new RunCommand.StepOutcome(
            b.step(), 1, new RunCommand.Failed(StepError.cancelled(), Consumption.CALL)));
    assertThat(run.state()).isEqualTo(RunState.ABORTED);
    assertThat(run.step("a").state()).isEqualTo(StepState.COMPLETED);
    assertThat(run.step("c").state()).isEqualTo(StepState.SKIPPED);
    run.accepted(new RunCommand.Abort("again"));
    assertThat(run.refused(new RunCommand.Pause()).code()).isEqualTo(RunRefusal.Code.RUN_ABORTED);
  }

  @Test
  @Tag("RT-20")
  void anAbortWaitsForNoStepThatDoesNotAnswer() {
    VirtualRun run = VirtualRun.of(failFast(), step("hung"));
    run.accepted(new RunCommand.Abort("enough"));

    run.advanceTo(5_000);

    assertThat(run.state()).isEqualTo(RunState.ABORTED);
    assertThat(run.step("hung").error().orElseThrow().code()).isEqualTo(StepError.Code.CANCELLED);
  }

  @Test
  @Tag("UDF-18")
  void aFailedStepIsRetriedByHandWithWhatWasSkippedForIt() {
    VirtualRun run =
        VirtualRun.of(isolate(), step("a"), step("b"), step("c", "a"), step("d", "c", "b"));
    run.fail("a");
    assertThat(run.step("d").state()).isEqualTo(StepState.SKIPPED);

    run.accepted(new RunCommand.RetryStep(id("a")));

    assertThat(run.started("a").attempt()).isEqualTo(2);
    run.finish("a").finish("c").finish("b").finish("d");
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
    assertThat(run.replayed().view()).isEqualTo(run.view());
  }

  @Test
  @Tag("UDF-18")
  void whatIsRetriedInABatchIsWaitedForByTheNext() {
    VirtualRun run =
        VirtualRun.of(
            isolate().withMode(RunPolicy.Mode.BATCHED),
            step("a"),
            step("b"),
            step("c", "b"),
            step("d", "c"));
    run.fail("b");
    run.accepted(new RunCommand.RetryStep(id("b")));

    run.finish("a");
    assertThat(run.running()).containsExactly("b");
    run.finish("b").finish("c").finish("d");

    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
    assertThat(run.startOrder()).containsExactly("a", "b", "b", "c", "d");
  }

  @Test
  @Tag("UDF-18")
  void aFailureThatADependentHasSeenIsNotUndone() {
    VirtualRun run = VirtualRun.of(partial(), step("a"), step("b", "a"));
    run.fail("a");

    assertThat(run.refused(new RunCommand.RetryStep(id("a"))).code())
        .isEqualTo(RunRefusal.Code.TASK_STATE);
    assertThat(run.refused(new RunCommand.RetryStep(id("x"))).code())
        .isEqualTo(RunRefusal.Code.TASK_NOT_FOUND);
  }

  @Test
  @Tag("UDF-18")
  void onlyAnOptionalStepIsSkipped() {
    VirtualRun run =
        VirtualRun.of(
            failFast(),
            step("a"),
            with(step("b", "a"), each -> each.withOptional(true)),
            step("c", "b"));

    assertThat(run.refused(new RunCommand.SkipStep(id("a"))).code())
        .isEqualTo(RunRefusal.Code.TASK_STATE);
    run.accepted(new RunCommand.SkipStep(id("b")));
    assertThat(run.started("c").errors()).containsOnlyKeys(id("b"));
    run.finish("c").finish("a");
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
  }

  private static Step repeating(String id, Repeat repeat) {
    return with(step(id), each -> each.withRepeat(repeat).withRetry(Retry.NONE));
  }

  @Test
  @Tag("RT-22")
  @Tag("UDF-17")
  void afterACrashFinishedStepsStayAndStartedOnesFollowTheirKind() {
    VirtualRun run =
        VirtualRun.of(
            partial(),
            step("done"),
            repeating("once", Repeat.AT_MOST_ONCE),
            repeating("again", Repeat.AT_LEAST_ONCE),
            repeating("same", Repeat.IDEMPOTENT),
            repeating("alive", Repeat.AT_MOST_ONCE));
    run.finish("done");

    VirtualRun recovered = run.replayed();
    recovered.accepted(new RunCommand.Recover(Set.of(id("alive"))));

    assertThat(recovered.running()).containsExactly("again", "same");
    assertThat(recovered.started("again").attempt()).isEqualTo(2);
    assertThat(recovered.step("done").attempts()).isEqualTo(1);
    assertThat(recovered.step("once").error().orElseThrow().code())
        .isEqualTo(StepError.Code.MAY_HAVE_RUN);
    assertThat(recovered.step("alive").state()).isEqualTo(StepState.RUNNING);
  }

  @Test
  void anAnswerOfAnEarlierAttemptIsRefused() {
    VirtualRun run = VirtualRun.of(failFast(), with(step("a"), each -> StepPolicy.DEFAULT));
    run.fail("a", StepError.passing(StepError.Code.CONNECTION_LOST, "gone"));
    run.advanceTo(10_000);
    assertThat(run.started("a").attempt()).isEqualTo(2);

    RunRefusal refusal =
        run.refused(
            new RunCommand.StepOutcome(
                id("a"), 1, new RunCommand.Finished(Steps.text("late"), Consumption.CALL)));

    assertThat(refusal.code()).isEqualTo(RunRefusal.Code.TASK_STATE);
    assertThat(run.running()).containsExactly("a");
  }

  @Test
  void aRunBeginsOnce() {
    VirtualRun run = VirtualRun.of(failFast(), step("a"));

    RunRefusal refusal =
        run.refused(
            RunCommand.Submit.of(VirtualRun.ID, Plan.of(List.of(step("b"))), RunPolicy.DEFAULT));

    assertThat(refusal.code()).isEqualTo(RunRefusal.Code.RUN_EXISTS);
    assertThat(new VirtualRun().refused(new RunCommand.Pause()).code())
        .isEqualTo(RunRefusal.Code.RUN_NOT_FOUND);
  }

  @Test
  @Tag("DS-14")
  void noStateFollowsATerminalOne() {
    for (RunState from : RunState.values()) {
      for (RunState to : RunState.values()) {
        if (from.isTerminal()) {
          assertThat(from.mayBecome(to)).isFalse();
        }
      }
    }
    assertThat(RunState.PAUSED.mayBecome(RunState.RUNNING)).isTrue();
    assertThat(RunState.ABORTING.mayBecome(RunState.COMPLETED)).isFalse();
  }

  @Test
  @Tag("UDF-18")
  void allFailedStepsThatCanBeAreRetriedTogether() {
    VirtualRun run =
        VirtualRun.of(isolate(), step("a"), step("b"), step("c", "a"), step("d", "b"), step("e"));
    assertThat(run.refused(new RunCommand.RetryFailed()).code())
        .isEqualTo(RunRefusal.Code.TASK_STATE);
    run.fail("a").fail("b");

    run.accepted(new RunCommand.RetryFailed());

    assertThat(run.running()).containsExactly("a", "b", "e");
    run.finish("a").finish("b").finish("c").finish("d").finish("e");
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  void aPartOfTheBudgetThatThereIsNotCannotBeRaised() {
    VirtualRun run = VirtualRun.of(isolate(), step("a"));

    assertThat(
            run.refused(
                    new RunCommand.RaiseBudget(
                        new Budget(
                            OptionalLong.empty(), "USD", OptionalLong.of(5), OptionalInt.empty())))
                .message())
        .contains("no budget of tokens");
  }

  @Test
  void whoRetriesARunThatHasEndedHearsOfARerun() {
    VirtualRun run = VirtualRun.of(isolate(), step("a")).fail("a");

    assertThat(run.refused(new RunCommand.RetryFailed()).message()).contains("rerun");
    assertThat(run.view().isStopping()).isFalse();
  }
}
