package dev.troupe.run;

import static dev.troupe.run.Steps.failFast;
import static dev.troupe.run.Steps.id;
import static dev.troupe.run.Steps.isolate;
import static dev.troupe.run.Steps.partial;
import static dev.troupe.run.Steps.step;
import static dev.troupe.run.Steps.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.Plan;
import dev.troupe.plan.Retry;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ReportTest {

  @Test
  @Tag("UDF-20")
  void saysWhatTheRunTookAndWhy() {
    VirtualRun run =
        VirtualRun.of(
            failFast().withMaxParallelism(2), step("a"), step("b"), step("c"), step("d", "a", "b"));
    // a 0–10, b 0–30, c 10–30 having waited 10, d 30–50.
    run.advanceTo(10).finish("a").advanceTo(30).finish("b").finish("c").advanceTo(50).finish("d");

    RunReport report = RunReport.of(run.run(), 99);

    assertThat(report.wallMillis()).isEqualTo(50);
    assertThat(report.stepMillis()).isEqualTo(10 + 30 + 20 + 20);
    assertThat(report.speedupRatio()).isEqualTo(80 / 50.0);
    assertThat(report.utilisation()).isEqualTo(80 / 100.0);
    assertThat(report.queuedMillis()).isEqualTo(10);
    assertThat(report.criticalPath()).containsExactly(id("b"), id("d"));
    assertThat(report.criticalMillis()).isEqualTo(50);
    assertThat(report.stages())
        .containsExactly(new RunReport.Stage(0, 3, 0, 30), new RunReport.Stage(1, 1, 30, 50));
    assertThat(report.alerts()).isEmpty();
    assertThat(run.step("c").queuedMillis()).isEqualTo(10);
    assertThat(run.step("c").ranMillis()).isEqualTo(20);
  }

  @Test
  @Tag("UDF-20")
  void countsStepsAttemptsAndRuns() {
    VirtualRun run =
        VirtualRun.of(
            isolate(),
            with(
                step("a"), each -> each.withRetry(Retry.listed(1, List.of(Duration.ofSeconds(1))))),
            step("b"));
    run.advanceTo(10)
        .fail("a", StepError.passing(StepError.Code.UNAVAILABLE, "later"))
        .advanceTo(1_010)
        .advanceTo(1_030)
        .finish("a")
        .fail("b");

    assertThat(RunMeasure.of(run.run(), run.events()))
        .containsExactly(
            new RunMeasure.AttemptRepeated("function", "unavailable"),
            new RunMeasure.StepEnded("function", "completed", 30, 0),
            new RunMeasure.StepEnded("function", "execution_failed", 1_030, 0),
            new RunMeasure.RunOver(
                "task_failed",
                RunReport.of(run.run(), 1_030),
                run.run().policy().maxParallelism()));
  }

  @Test
  @Tag("UDF-20")
  void alertsOfFailuresAndTimeouts() {
    VirtualRun run =
        VirtualRun.of(
            partial(),
            with(step("a"), each -> each.withTimeout(Duration.ofSeconds(1))),
            step("b"),
            step("c"));
    run.finish("b").advanceTo(1_000).fail("c");

    RunReport report = RunReport.of(run.run(), run.now());

    assertThat(report.failureRate()).isEqualTo(2 / 3.0);
    assertThat(report.timeouts()).isEqualTo(1);
    assertThat(report.alerts())
        .containsExactlyInAnyOrder(RunReport.Alert.FAILURES, RunReport.Alert.TIMEOUTS);
  }

  @Test
  @Tag("UDF-19")
  void refusalsHalveTheRateOfStartsAndSuccessesRestoreIt() {
    Resources resources = new Resources(failFast().withMaxTasksPerSecond(8));
    Step step = step("a");
    StepProgress progress = new StepProgress(step, null, "", 1_000);
    for (int i = 0; i < 8; i++) {
      resources.start(progress, Reservation.NONE, 0);
    }
    assertThat(resources.nextStartMillis()).isEqualTo(1_000);

    StepError refused = StepError.passing(StepError.Code.RATE_LIMITED, "429");
    resources.fail(progress, refused, Consumption.NONE, 0, 100);
    resources.fail(progress, refused, Consumption.NONE, 0, 200);

    // Four in a second: the fourth before the next one was at 0. Two refusals within a second are
    // one.
    assertThat(resources.nextStartMillis()).isEqualTo(1_000);
    resources.start(progress, Reservation.NONE, 1_000);
    resources.fail(progress, refused, Consumption.NONE, 0, 1_100);
    // Two in a second: the second before the next one was at 0; the next at 1,000.
    resources.start(progress, Reservation.NONE, 1_500);
    assertThat(resources.nextStartMillis()).isEqualTo(2_000);
    for (int i = 0; i < 40; i++) {
      resources.succeed(progress, Consumption.NONE, 0);
    }
    assertThat(resources.nextStartMillis()).isEqualTo(1_000);
  }

  @Test
  @Tag("UDF-19")
  void overloadNarrowsTheRunAndSuccessWidensIt() {
    Resources resources = new Resources(failFast().withMaxParallelism(10));
    StepProgress progress = new StepProgress(step("a"), null, "", 1_000);
    StepError overloaded = StepError.passing(StepError.Code.UNAVAILABLE, "503");

    resources.fail(progress, overloaded, Consumption.NONE, 0, 0);
    assertThat(resources.width()).isEqualTo(5);
    resources.fail(progress, overloaded, Consumption.NONE, 0, 2_000);
    assertThat(resources.width()).isEqualTo(2);
    for (int i = 0; i < 40; i++) {
      resources.succeed(progress, Consumption.NONE, 0);
    }
    assertThat(resources.width()).isEqualTo(10);
  }

  @Test
  @Tag("DS-7")
  void ofReadyStepsTheMoreImportantTakesTheNextRoom() {
    VirtualRun run =
        VirtualRun.of(
            failFast().withMaxParallelism(1),
            step("a"),
            step("b"),
            with(step("z"), each -> each.withPriority(5)));

    assertThat(run.startOrder()).containsExactly("z");
    run.accepted(new RunCommand.AddSteps(List.of(with(step("y"), each -> each.withPriority(9)))));
    run.finish("z");
    assertThat(run.startOrder()).containsExactly("z", "y");
  }

  @Test
  void ofStepsWithOneKeyOneRunsAtATime() {
    Step keyed =
        new Step(
            id("a"),
            step("a").kind(),
            List.of(),
            new dev.troupe.plan.StepPolicy(
                dev.troupe.plan.Retry.NONE,
                Optional.empty(),
                Optional.empty(),
                dev.troupe.plan.Repeat.IDEMPOTENT,
                false,
                0,
                Optional.of("k"),
                Optional.empty(),
                java.util.OptionalLong.empty()),
            Map.of());
    Step other = new Step(id("b"), keyed.kind(), List.of(), keyed.policy(), Map.of());
    VirtualRun run = VirtualRun.of(failFast(), keyed, other, step("c"));

    assertThat(run.running()).containsExactly("a", "c");
    run.finish("a");
    assertThat(run.running()).containsExactly("b", "c");
  }

  @Test
  @Tag("RT-16")
  void stepsThatCanNeverStartEndTheRunAsDeadlock() {
    VirtualRun run = new VirtualRun();
    Plan impossible = Plan.ofChecked(List.of(step("a", "b"), step("b", "a"), step("c")));
    // No reader makes such a plan: it stands for a state that should not be.
    run.accepted(RunCommand.Submit.open(VirtualRun.ID, RunPolicy.DEFAULT));
    run.run()
        .apply(
            new Recorded(
                run.run().sequence() + 1,
                0,
                new RunEvent.StepsAdded(impossible.steps(), Map.of())));
    run.accepted(new RunCommand.Seal());
    run.finish("c");

    assertThat(run.error()).contains(RunError.Code.DEADLOCK);
  }
}
