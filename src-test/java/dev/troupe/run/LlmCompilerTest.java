package dev.troupe.run;

import static dev.troupe.run.Steps.id;
import static dev.troupe.run.Steps.partial;
import static dev.troupe.run.Steps.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.troupe.plan.ModelRef;
import dev.troupe.plan.Plan;
import dev.troupe.plan.Repeat;
import dev.troupe.plan.ToolCatalog;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A run whose plan is written while it runs.
class LlmCompilerTest {

  private static final ToolCatalog TOOLS =
      ToolCatalog.of(
          List.of(
              new ToolCatalog.Tool(
                  "search",
                  "finds",
                  JsonNodeFactory.instance.objectNode().put("type", "object"),
                  true,
                  Repeat.IDEMPOTENT)));

  private final VirtualRun run = new VirtualRun();
  private LlmCompiler compiler = compiler(1);

  private static LlmCompiler compiler(int maxReplans) {
    ModelRef model = new ModelRef.Named("m");
    return new LlmCompiler("How tall?", model, model, TOOLS, "", maxReplans);
  }

  private void submit() {
    run.accepted(
        RunCommand.Submit.open(VirtualRun.ID, partial())
            .withPlan(Optional.of(Plan.of(List.of(compiler.planner())))));
  }

  private void write(String planner, String written) {
    compiler.feed(run.run(), id(planner), written).forEach(run::accepted);
  }

  private void finish(String step, String result) {
    run.finish(step, text(result));
    goOn();
  }

  private void goOn() {
    for (List<RunCommand> next = compiler.next(run.run());
        !next.isEmpty();
        next = compiler.next(run.run())) {
      next.forEach(run::accepted);
    }
  }

  private String sent(String step) {
    return ((StepInput.Llm) run.started(step).input()).messages().toString();
  }

  @Test
  @Tag("LC-2")
  void aStepStartsWhenItsLineEndsAndNoneWaitsForTheNextLine() {
    submit();
    write("planner-1", "1. search(\"a\")\n2. sea");
    assertThat(run.running()).containsExactly("1", "planner-1");

    write("planner-1", "rch(\"of $1\")\n");
    assertThat(run.running()).containsExactly("1", "planner-1");
    finish("1", "A");
    assertThat(run.running()).containsExactly("2", "planner-1");
    assertThat(((StepInput.Function) run.started("2").input()).arguments().toString())
        .contains("of A");
  }

  @Test
  @Tag("LC-4")
  void replansOnceThenMustAnswer() {
    submit();
    String first = "1. search(\"a\")\n2. join()<END_OF_PLAN>";
    write("planner-1", first);
    finish("planner-1", first);
    finish("1", "A");
    assertThat(run.running()).containsExactly("joiner-1");
    assertThat(sent("joiner-1")).contains("Replan", "Observation: A");
    finish("joiner-1", "Thought: not enough\nAction: Replan(need b)");

    assertThat(run.running()).containsExactly("planner-2");
    assertThat(sent("planner-2"))
        .contains("Previous Plan", "1. search(", "Observation: A", "not enough");
    String second = "3. search(\"b $1\")\n4. join()<END_OF_PLAN>";
    finish("planner-2", second);
    assertThat(run.running()).containsExactly("3");
    finish("3", "B");
    assertThat(sent("joiner-2")).contains("Observation: A", "Observation: B");
    assertThat(sent("joiner-2")).doesNotContain("Replan(");
    finish("joiner-2", "Thought: ok\nAction: Finish(42)");

    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
    assertThat(run.view().memory()).containsEntry(LlmCompiler.ANSWER, text("42"));
    assertThat(run.startOrder().stream().filter("1"::equals)).hasSize(1);
    assertThat(run.replayed().view()).isEqualTo(run.view());
  }

  @Test
  @Tag("LC-3")
  void anErrorOfAToolReachesTheJoiner() {
    submit();
    finish("planner-1", "1. search(\"a\")\n2. search(\"b\")\n3. join()");
    run.fail("1");
    goOn();
    finish("2", "B");

    assertThat(sent("joiner-1")).contains("execution_failed", "Observation: B");
    finish("joiner-1", "Action: Finish(B)");
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
  }

  @Test
  @Tag("LC-6")
  void aLineThatCannotBeReadCostsThatLineAlone() {
    submit();
    finish("planner-1", "1. search(\"a\")\nwhat?\n2. unknown()\n3. search(\"c\")\n");

    assertThat(run.running()).containsExactly("1", "3");
    assertThat(compiler.malformed()).hasSize(2);
  }

  @Test
  void aPlanningModelThatFailsFailsTheRun() {
    submit();
    run.fail("planner-1");
    goOn();

    assertThat(run.error()).contains(RunError.Code.TASK_FAILED);
  }

  @Test
  void aPlanThatBrokeOffIsJoinedAsFarAsItCame() {
    submit();
    write("planner-1", "1. search(\"a\")\n2. search(\"b\")\n3. sea");
    run.fail("planner-1");
    goOn();
    finish("1", "A");
    finish("2", "B");

    assertThat(run.running()).containsExactly("joiner-1");
  }

  @Test
  @Tag("RT-22")
  void aRebuiltRunGoesOnWithWhatWasPlanned() {
    submit();
    write("planner-1", "1. search(\"a\")\n2. search(\"b\")\n");
    finish("1", "A");

    VirtualRun rebuilt = run.replayed();
    compiler = compiler(1);
    rebuilt.accepted(new RunCommand.Recover(java.util.Set.of()));
    assertThat(rebuilt.step("planner-1").state()).isEqualTo(StepState.FAILED);
    assertThat(rebuilt.running()).containsExactly("2");
    compiler.next(rebuilt.run()).forEach(rebuilt::accepted);
    rebuilt.finish("2", text("B"));
    compiler.next(rebuilt.run()).forEach(rebuilt::accepted);

    assertThat(rebuilt.running()).containsExactly("joiner-1");
  }

  /// Of a run that has planned, called two tools and answered.
  private void answered() {
    ModelRef model = new ModelRef.Named("m");
    var planning =
        new Planning.Compiled("How tall?", model, model, List.copyOf(TOOLS.tools()), "", 1);
    compiler = new LlmCompiler(planning);
    run.accepted(
        RunCommand.Submit.open(VirtualRun.ID, partial()).withPlanning(Optional.of(planning)));
    goOn();
    finish("planner-1", "1. search(\"a\")\n2. search(\"b\")\n3. join()");
    finish("1", "A");
    finish("2", "B");
    finish("joiner-1", "Action: Finish(B)");
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
  }

  private VirtualRun forkedFrom(String step) {
    var fork = new VirtualRun();
    fork.accepted(
        Forks.prepare(run.run(), VirtualRun.ID, Optional.of(id(step)), Optional.empty())
            .submit()
            .orElseThrow());
    return fork;
  }

  @Test
  void aForkAsksItsJoinerAboutItsOwnResults() {
    answered();

    var fork = forkedFrom("1");

    assertThat(fork.running()).containsExactly("1");
    assertThat(fork.view().memory()).doesNotContainKey(LlmCompiler.ANSWER);
    fork.finish("1", text("other"));
    goOn(fork);
    assertThat(fork.running()).containsExactly("joiner-1");
    assertThat(((StepInput.Llm) fork.started("joiner-1").input()).messages().toString())
        .contains("Observation: other", "Observation: B")
        .doesNotContain("Observation: A");
    fork.finish("joiner-1", text("Action: Finish(other)"));
    goOn(fork);
    assertThat(fork.state()).isEqualTo(RunState.COMPLETED);
    assertThat(fork.view().memory()).containsEntry(LlmCompiler.ANSWER, text("other"));
  }

  @Test
  void aForkFromThePlannerPlansAnew() {
    answered();

    var fork = forkedFrom("planner-1");
    goOn(fork);

    assertThat(fork.running()).containsExactly("planner-1");
    assertThat(fork.view().steps()).hasSize(1);
  }

  private void goOn(VirtualRun other) {
    for (List<RunCommand> next = compiler.next(other.run());
        !next.isEmpty();
        next = compiler.next(other.run())) {
      next.forEach(other::accepted);
    }
  }
}
