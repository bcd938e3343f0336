package dev.troupe.run;

import static dev.troupe.run.Steps.failFast;
import static dev.troupe.run.Steps.prompt;
import static dev.troupe.run.Steps.step;
import static dev.troupe.run.Steps.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.RunPolicy.Order;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Which of the steps that could start does, where one may at a time; and what becomes of those that wait.
class StepOrderTest {

  private static final RunPolicy ONE_AT_A_TIME = failFast().withMaxParallelism(1);

  /// Expected tokens 300, 100, 200; then 1,024 and a quarter of four characters: 1,025; a function: none.
  private static final Step[] STEPS = {
    tokens("a", 300), tokens("b", 100), tokens("c", 200), prompt("d", "text"), step("e")
  };

  @Test
  @Tag("TR-6")
  void theLargestGoesFirst() {
    assertThat(order(ONE_AT_A_TIME.withOrder(Order.LARGEST_FIRST), STEPS))
        .containsExactly("d", "a", "c", "b", "e");
  }

  @Test
  @Tag("TR-6")
  void theSmallestGoesFirst() {
    assertThat(order(ONE_AT_A_TIME.withOrder(Order.SMALLEST_FIRST), STEPS))
        .containsExactly("e", "b", "c", "a", "d");
  }

  @Test
  @Tag("TR-6")
  @Tag("DS-4")
  void asARuleTheLongestWayGoesFirst() {
    // 20 ms for each token: a 6 s, b 2 s, c 4 s; a model call without a limit 5 s; a function 1 s.
    assertThat(order(ONE_AT_A_TIME, STEPS)).containsExactly("a", "d", "c", "b", "e");
  }

  @Test
  @Tag("TR-6")
  void priorityGoesBeforeSizeAndTheIdAfterIt() {
    var urgent = with(tokens("u", 1), policy -> policy.withPriority(1));

    assertThat(
            order(
                ONE_AT_A_TIME.withOrder(Order.LARGEST_FIRST),
                tokens("y", 5),
                tokens("x", 5),
                urgent))
        .containsExactly("u", "x", "y");
  }

  @Test
  @Tag("TR-6")
  void inStagesTheIdAloneDecides() {
    var staged =
        failFast()
            .withMaxParallelism(1)
            .withMode(RunPolicy.Mode.BATCHED)
            .withOrder(Order.LARGEST_FIRST);

    assertThat(order(staged, STEPS)).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  @Tag("RT-4")
  void whenARunIsAbortedAllThatWaitForRoomLeaveAtOnce() {
    var steps = IntStream.range(0, 101).mapToObj(i -> step("s" + i)).toArray(Step[]::new);
    var run = VirtualRun.of(ONE_AT_A_TIME, steps);
    var running = run.started("s0");

    run.advanceTo(10).accepted(new RunCommand.Abort("enough"));
    run.advanceTo(20).accepted(ended(running));

    assertThat(run.state()).isEqualTo(RunState.ABORTED);
    assertThat(run.run().endedAtMillis()).isEqualTo(20);
    assertThat(run.startOrder()).containsExactly("s0");
    assertThat(run.view().steps())
        .filteredOn(each -> each.state() == StepState.SKIPPED)
        .hasSize(100);
  }

  @Test
  @Tag("RT-4")
  void anAttemptEndsOnceAndNoStepThatHasEndedStartsAgain() {
    var run = VirtualRun.of(ONE_AT_A_TIME, step("a"), step("b", "a"));
    var first = run.started("a");
    run.finish("a");

    var again = run.decide(ended(first));

    assertThat(again.refusal().orElseThrow().code()).isEqualTo(RunRefusal.Code.TASK_STATE);
    assertThat(again.events()).isEmpty();
    assertThat(again.actions()).isEmpty();
    assertThat(run.step("a").state()).isEqualTo(StepState.COMPLETED);
    assertThat(run.startOrder()).containsExactly("a", "b");
  }

  private static RunCommand ended(RunAction.StartStep attempt) {
    return new RunCommand.StepOutcome(
        attempt.step(),
        attempt.attempt(),
        new RunCommand.Failed(StepError.cancelled(), Consumption.CALL));
  }

  private static List<String> order(RunPolicy policy, Step... steps) {
    var run = VirtualRun.of(policy, steps);
    while (!run.state().isTerminal()) {
      run.finish(run.running().iterator().next());
    }
    return run.startOrder();
  }

  private static Step tokens(String id, long tokens) {
    return with(
        step(id),
        policy ->
            new StepPolicy(
                policy.retry(),
                Optional.empty(),
                Optional.<Duration>empty(),
                policy.repeat(),
                false,
                0,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.of(tokens)));
  }
}
