package dev.troupe.run;

import static dev.troupe.run.Steps.failFast;
import static dev.troupe.run.Steps.partial;
import static dev.troupe.run.Steps.reference;
import static dev.troupe.run.Steps.step;
import static dev.troupe.run.Steps.text;
import static dev.troupe.run.Steps.using;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.troupe.plan.Argument;
import dev.troupe.plan.Budget;
import dev.troupe.plan.InvalidPlanException;
import dev.troupe.plan.Plan;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The nine shapes of the runtime predecessor's integration tests.
@Tag("RT-24")
class ShapesTest {

  @Test
  void linear() {
    VirtualRun run = VirtualRun.of(failFast(), step("a"), step("b", "a"), step("c", "b"));
    run.finish("a").finish("b").finish("c");

    assertThat(run.startOrder()).containsExactly("a", "b", "c");
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  void fanIn() {
    VirtualRun run =
        VirtualRun.of(failFast(), step("a"), step("b"), step("c"), step("d", "a", "b", "c"));
    run.finish("c").finish("a");
    assertThat(run.running()).containsExactly("b");
    run.finish("b");
    assertThat(run.running()).containsExactly("d");
    assertThat(run.finish("d").state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  void diamond() {
    VirtualRun run =
        VirtualRun.of(failFast(), step("a"), step("b", "a"), step("c", "a"), step("d", "b", "c"));
    run.finish("a");
    assertThat(run.running()).containsExactly("b", "c");
    run.finish("b").finish("c").finish("d");
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  void single() {
    VirtualRun run = VirtualRun.of(failFast(), step("a"));
    assertThat(run.finish("a").state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  void empty() {
    assertThatExceptionOfType(InvalidPlanException.class).isThrownBy(() -> Plan.of(List.of()));
  }

  @Test
  @Tag("RT-12")
  void routing() {
    VirtualRun run =
        VirtualRun.of(
            failFast(),
            step("a"),
            step("b"),
            using("c", new Argument.Sequence(List.of(reference("a"), reference("b"))), "a", "b"));
    run.finish("a", text("A")).finish("b", text("B"));

    assertThat(((StepInput.Function) run.started("c").input()).arguments().toString())
        .isEqualTo("[\"A\",\"B\"]");
  }

  @Test
  void budget() {
    Budget two = new Budget(OptionalLong.empty(), "USD", OptionalLong.empty(), OptionalInt.of(2));
    VirtualRun run =
        VirtualRun.of(failFast().withBudget(two), step("a"), step("b", "a"), step("c", "b"));
    run.finish("a").finish("b");

    assertThat(run.error()).contains(RunError.Code.BUDGET_EXCEEDED);
    assertThat(run.step("b").state()).isEqualTo(StepState.COMPLETED);
    assertThat(run.step("c").state()).isEqualTo(StepState.SKIPPED);
  }

  @Test
  void failure() {
    VirtualRun run = VirtualRun.of(partial(), step("a"), step("b", "a"), step("c"));
    run.fail("a").finish("c").finish("b");

    assertThat(run.step("a").state()).isEqualTo(StepState.FAILED);
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  void cancellation() {
    VirtualRun run = VirtualRun.of(failFast(), step("a"), step("b", "a"));
    run.accepted(new RunCommand.Abort("enough"));
    run.advanceTo(5_000);

    assertThat(run.state()).isEqualTo(RunState.ABORTED);
    assertThat(run.step("b").state()).isEqualTo(StepState.SKIPPED);
  }
}
