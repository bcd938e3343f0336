package dev.troupe.run;

import static dev.troupe.run.Steps.array;
import static dev.troupe.run.Steps.failFast;
import static dev.troupe.run.Steps.id;
import static dev.troupe.run.Steps.map;
import static dev.troupe.run.Steps.step;
import static dev.troupe.run.Steps.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.Budget;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ForksTest {

  private static Budget calls(int calls) {
    return new Budget(OptionalLong.empty(), "USD", OptionalLong.empty(), OptionalInt.of(calls));
  }

  @Test
  @Tag("UDF-18")
  void aForkRunsAStepAndWhatNeedsItAgain() {
    VirtualRun run =
        VirtualRun.of(failFast(), step("a"), step("b", "a"), step("c", "a"), step("d", "b"));
    run.finish("a").finish("b").finish("c").finish("d");

    VirtualRun fork = new VirtualRun();
    fork.accepted(fork(run, "b").submit().orElseThrow());

    assertThat(fork.running()).containsExactly("b");
    fork.finish("b", text("other"));
    assertThat(fork.running()).containsExactly("d");
    fork.finish("d");
    assertThat(fork.state()).isEqualTo(RunState.COMPLETED);
    assertThat(fork.step("c").output()).isEqualTo(run.step("c").output());
    assertThat(fork.run().spent().calls()).isEqualTo(2);
    assertThat(fork(run, "x").refusal().orElseThrow().code())
        .isEqualTo(RunRefusal.Code.TASK_NOT_FOUND);
  }

  @Test
  void aForkBeginsWithNoMoreThanCrossesNodes() {
    VirtualRun run = VirtualRun.of(failFast(), step("a"), step("b"), step("c", "a", "b"));
    run.finish("a", text("x".repeat((int) JsonSize.MOST_BYTES / 2)));
    run.finish("b", text("x".repeat((int) JsonSize.MOST_BYTES / 2)));
    run.finish("c");

    assertThat(fork(run, "c").refusal().orElseThrow().code()).isEqualTo(RunRefusal.Code.TOO_LARGE);
    assertThat(fork(run, "a").submit()).isPresent();
  }

  @Test
  void aRunThatRanOutOfBudgetGoesOnWithAHigherOne() {
    VirtualRun run =
        VirtualRun.of(failFast().withBudget(calls(2)), step("a"), step("b", "a"), step("c", "b"));
    run.finish("a").finish("b");
    assertThat(run.error()).contains(RunError.Code.BUDGET_EXCEEDED);

    VirtualRun more = new VirtualRun();
    more.accepted(rest(run, calls(5)).submit().orElseThrow());

    assertThat(more.running()).containsExactly("c");
    assertThat(more.finish("c").state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  void itemsOfAMapThatCompletedAreKept() {
    VirtualRun run =
        VirtualRun.of(
            failFast(),
            map("each", array("x", "y"), OptionalInt.empty(), step("f"), step("g", "f")));
    run.finish("each[0].f").finish("each[1].f").finish("each[1].g").fail("each[0].g");
    assertThat(run.state()).isEqualTo(RunState.FAILED);

    VirtualRun more = new VirtualRun();
    more.accepted(rest(run, Budget.UNLIMITED).submit().orElseThrow());

    assertThat(more.running()).containsExactly("each[0].g");
    more.finish("each[0].g");
    assertThat(more.state()).isEqualTo(RunState.COMPLETED);
    assertThat(more.replayed().view()).isEqualTo(more.view());
  }

  @Test
  void onlyARunThatHasEndedIsMissingSomething() {
    VirtualRun run = VirtualRun.of(failFast(), step("a"));

    assertThat(rest(run, calls(5)).refusal().orElseThrow().code())
        .isEqualTo(RunRefusal.Code.RUN_NOT_ENDED);
  }

  private static Forks.Prepared fork(VirtualRun run, String step) {
    return Forks.prepare(run.run(), new RunId("fork"), Optional.of(id(step)), Optional.empty());
  }

  private static Forks.Prepared rest(VirtualRun run, Budget budget) {
    return Forks.prepare(run.run(), new RunId("more"), Optional.empty(), Optional.of(budget));
  }
}
