package dev.troupe.run;

import static dev.troupe.run.Steps.failFast;
import static dev.troupe.run.Steps.id;
import static dev.troupe.run.Steps.isolate;
import static dev.troupe.run.Steps.partial;
import static dev.troupe.run.Steps.retryAll;
import static dev.troupe.run.Steps.step;
import static dev.troupe.run.Steps.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.Retry;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RunTest {

  @Test
  @Tag("UDF-9")
  void aStepStartsWhenItsOwnDependenciesHaveEnded() {
    VirtualRun run = VirtualRun.of(RunPolicy.DEFAULT, step("a"), step("b"), step("c", "a"));

    run.advanceTo(10).finish("a");

    assertThat(run.running()).containsExactly("b", "c");
    run.advanceTo(20).finish("c").advanceTo(1_000).finish("b");
    assertThat(run.step("c").endedAtMillis()).isEqualTo(20);
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  @Tag("UDF-9")
  @Tag("RT-3")
  void withBarriersAStepStartsWithItsStage() {
    VirtualRun run =
        VirtualRun.of(
            failFast().withMode(RunPolicy.Mode.BATCHED), step("a"), step("b"), step("c", "a"));

    run.finish("a");

    assertThat(run.running()).containsExactly("b");
    run.finish("b");
    assertThat(run.running()).containsExactly("c");
    run.finish("c");
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
    assertThat(run.events(RunEvent.StageStarted.class)).hasSize(2);
    assertThat(run.events(RunEvent.StageEnded.class)).hasSize(2);
  }

  @Test
  @Tag("UDF-10")
  void neverMoreRunThanMayAndNeverMoreStartInASecond() {
    Step[] steps = IntStream.range(0, 50).mapToObj(i -> step("s" + i)).toArray(Step[]::new);
    VirtualRun run =
        VirtualRun.of(failFast().withMaxParallelism(10).withMaxTasksPerSecond(5), steps);
    List<Long> starts = new ArrayList<>();
    int seen = 0;

    while (!run.state().isTerminal()) {
      for (; seen < run.startOrder().size(); seen++) {
        starts.add(run.now());
      }
      assertThat(run.running().size()).isLessThanOrEqualTo(10);
      run.advanceTo(run.now() + 100);
      for (String each : List.copyOf(run.running())) {
        if (run.now() - run.step(each).startedAtMillis() >= 2_500) {
          run.finish(each);
        }
      }
    }

    for (int i = 5; i < starts.size(); i++) {
      assertThat(starts.get(i) - starts.get(i - 5)).isGreaterThanOrEqualTo(1_000);
    }
    assertThat(starts).hasSize(50);
  }

  @Test
  @Tag("UDF-12")
  void retriesAfterTheListedPauses() {
    VirtualRun run =
        VirtualRun.of(RunPolicy.DEFAULT, with(step("a"), each -> each.withRetry(Retry.UDF)));
    List<Long> starts = new ArrayList<>(List.of(0L));

    for (long at : new long[] {2_000, 12_000, 42_000}) {
      run.fail("a", StepError.passing(StepError.Code.UNAVAILABLE, "overloaded"));
      run.advanceTo(at - 1);
      assertThat(run.running()).isEmpty();
      run.advanceTo(at);
      assertThat(run.running()).containsExactly("a");
      starts.add(run.now());
    }
    run.fail("a", StepError.passing(StepError.Code.UNAVAILABLE, "overloaded"));

    assertThat(starts).containsExactly(0L, 2_000L, 12_000L, 42_000L);
    assertThat(run.step("a").attempts()).isEqualTo(4);
    assertThat(run.error()).contains(RunError.Code.TASK_FAILED);
  }

  @Test
  @Tag("UDF-12")
  @Tag("TR-13")
  void whatCannotPassIsNotTriedAgain() {
    VirtualRun run =
        VirtualRun.of(RunPolicy.DEFAULT, with(step("a"), each -> each.withRetry(Retry.UDF)));

    run.fail("a");

    assertThat(run.step("a").attempts()).isEqualTo(1);
    assertThat(run.state()).isEqualTo(RunState.FAILED);
  }

  @Test
  @Tag("TR-13")
  void retryAfterIsObeyed() {
    VirtualRun run =
        VirtualRun.of(RunPolicy.DEFAULT, with(step("a"), each -> each.withRetry(Retry.TURBO)));

    run.fail(
        "a", StepError.passing(StepError.Code.RATE_LIMITED, "slow down").withRetryAfter(7_000));

    assertThat(run.advanceTo(6_999).running()).isEmpty();
    assertThat(run.advanceTo(7_000).running()).containsExactly("a");
  }

  @Test
  @Tag("UDF-11")
  void aHungStepEndsAtItsTimeoutAndTheOthersAreNotLost() {
    VirtualRun run =
        VirtualRun.of(
            partial(),
            with(step("hung"), each -> each.withTimeout(Duration.ofSeconds(10))),
            step("good"),
            step("report", "hung", "good"));

    run.finish("good").advanceTo(10_000);

    assertThat(run.step("hung").endedAtMillis()).isEqualTo(10_000);
    assertThat(run.step("hung").error().orElseThrow().code()).isEqualTo(StepError.Code.TIMEOUT);
    assertThat(run.started("report").errors()).containsOnlyKeys(id("hung"));
    assertThat(run.actions(RunAction.CancelStep.class)).hasSize(1);
    run.finish("report");
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  @Tag("RT-15")
  void aRunEndsAtItsTimeout() {
    Step[] chain =
        IntStream.range(0, 10)
            .mapToObj(i -> i == 0 ? step("s0") : step("s" + i, "s" + (i - 1)))
            .toArray(Step[]::new);
    VirtualRun run = VirtualRun.of(failFast().withTimeout(Duration.ofSeconds(2)), chain);

    run.advanceTo(1_000).finish("s0").advanceTo(2_000);

    assertThat(run.error()).contains(RunError.Code.TIMEOUT);
    assertThat(run.view().endedAtMillis()).isEqualTo(2_000);
    assertThat(run.step("s0").state()).isEqualTo(StepState.COMPLETED);
    assertThat(run.step("s1").state()).isEqualTo(StepState.FAILED);
    assertThat(run.step("s2").state()).isEqualTo(StepState.SKIPPED);
  }

  private static Step[] tenAndAReport() {
    List<Step> steps = new ArrayList<>();
    String[] names = IntStream.range(0, 10).mapToObj(i -> "s" + i).toArray(String[]::new);
    for (String name : names) {
      steps.add(step(name));
    }
    steps.add(step("report", names));
    return steps.toArray(Step[]::new);
  }

  @Test
  @Tag("UDF-13")
  void withPartialCompletionDependentsReceiveTypedErrors() {
    VirtualRun run = VirtualRun.of(partial(), tenAndAReport());
    run.fail("s3").fail("s7");
    for (String each : List.copyOf(run.running())) {
      run.finish(each);
    }

    assertThat(run.started("report").errors()).containsOnlyKeys(id("s3"), id("s7"));
    run.finish("report");
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  @Tag("UDF-13")
  @Tag("RT-16")
  void withFailFastTheRestIsCancelled() {
    VirtualRun run = VirtualRun.of(failFast(), tenAndAReport());
    run.finish("s0").fail("s3");

    assertThat(run.running()).isEmpty();
    assertThat(run.actions(RunAction.CancelStep.class)).hasSize(8);
    assertThat(run.state()).isEqualTo(RunState.RUNNING);
    run.advanceTo(5_000);
    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.error()).contains(RunError.Code.TASK_FAILED);
    assertThat(run.step("s0").state()).isEqualTo(StepState.COMPLETED);
    assertThat(run.step("report").state()).isEqualTo(StepState.SKIPPED);
  }

  @Test
  @Tag("UDF-13")
  void aCriticalLastStepFailsTheRunAndAnOptionalOneDoesNot() {
    VirtualRun critical = VirtualRun.of(partial(), step("a"), step("b"));
    critical.fail("a").finish("b");
    assertThat(critical.error()).contains(RunError.Code.TASK_FAILED);
    assertThat(critical.step("b").state()).isEqualTo(StepState.COMPLETED);

    VirtualRun optional =
        VirtualRun.of(failFast(), with(step("a"), each -> each.withOptional(true)), step("b"));
    optional.fail("a").finish("b");
    assertThat(optional.state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  @Tag("UDF-13")
  void withRetryAllWhatFailedIsTriedOnceMoreTogether() {
    VirtualRun run =
        VirtualRun.of(retryAll(), step("a"), step("b"), step("c"), step("d", "a", "b"));

    run.fail("a").fail("b");
    assertThat(run.running()).containsExactly("c");
    run.finish("c");
    assertThat(run.running()).containsExactly("a", "b");
    run.finish("a").fail("b");

    assertThat(run.started("d").errors()).containsOnlyKeys(id("b"));
  }

  @Test
  @Tag("TR-14")
  void whenIsolatedWhatNeedsTheFailedStepIsSkippedAndAllElseGoesOn() {
    VirtualRun run =
        VirtualRun.of(
            isolate(), step("a"), step("b"), step("c", "a"), step("d", "c"), step("e", "b"));

    run.fail("a").finish("b").finish("e");

    assertThat(run.step("c").state()).isEqualTo(StepState.SKIPPED);
    assertThat(run.step("d").state()).isEqualTo(StepState.SKIPPED);
    assertThat(run.step("e").state()).isEqualTo(StepState.COMPLETED);
    assertThat(run.error()).contains(RunError.Code.TASK_FAILED);
  }

  @Test
  @Tag("UDF-14")
  void theCircuitOpensWhenTooManyOfAStageFail() {
    VirtualRun run =
        VirtualRun.of(partial().withFailureThreshold(0.5).withMaxParallelism(8), tenAndAReport());
    for (int i = 0; i < 5; i++) {
      run.fail("s" + i);
    }
    assertThat(run.state()).isEqualTo(RunState.RUNNING);
    assertThat(run.running()).hasSize(5);
    run.fail("s5");
    for (String each : List.copyOf(run.running())) {
      run.finish(each);
    }

    assertThat(run.error()).contains(RunError.Code.CIRCUIT_OPEN);
    assertThat(run.startOrder()).doesNotContain("report");
    assertThat(run.step("s9").state()).isEqualTo(StepState.COMPLETED);
  }

  @Test
  void theRunIsRebuiltFromItsEvents() {
    VirtualRun run = VirtualRun.of(retryAll(), tenAndAReport());
    run.advanceTo(100).finish("s1").fail("s2").advanceTo(200).finish("s4");

    assertThat(run.replayed().view()).isEqualTo(run.view());
    assertThat(run.view().sequence()).isEqualTo(run.events().size());
  }
}
