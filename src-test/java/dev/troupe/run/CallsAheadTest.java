package dev.troupe.run;

import static dev.troupe.run.Steps.array;
import static dev.troupe.run.Steps.failFast;
import static dev.troupe.run.Steps.map;
import static dev.troupe.run.Steps.of;
import static dev.troupe.run.Steps.partial;
import static dev.troupe.run.Steps.prompt;
import static dev.troupe.run.Steps.reference;
import static dev.troupe.run.Steps.step;
import static dev.troupe.run.Steps.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.plan.Argument;
import dev.troupe.plan.Plan;
import dev.troupe.plan.PlanLimits;
import dev.troupe.plan.Retry;
import dev.troupe.plan.RunJson;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepKind;
import dev.troupe.plan.Submission;
import dev.troupe.plan.ToolCatalog;
import dev.troupe.program.RemainingCalls;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a run says of how many calls it is still to make.
class CallsAheadTest {

  @Test
  void areTheCallsOfModelsThatHaveNotStarted() {
    var run =
        VirtualRun.of(
            failFast(),
            prompt("a", "x"),
            step("tool", "a"),
            prompt("b", "x", "tool"),
            prompt("c", "x", "b"));

    assertThat(ahead(run)).hasValue(2);
    run.finish("a").finish("tool");
    assertThat(ahead(run)).hasValue(1);
    run.finish("b");
    assertThat(ahead(run)).hasValue(0);
    run.finish("c");
    assertThat(ahead(run)).hasValue(0);
  }

  @Test
  void thoseThatRunSideBySideAreNotAmongThem() {
    var run =
        VirtualRun.of(
            failFast(), prompt("a", "x"), prompt("b", "x"), prompt("reduce", "x", "a", "b"));

    assertThat(run.running()).containsExactly("a", "b");
    assertThat(ahead(run)).hasValue(1);
  }

  @Test
  void whatIsSkippedIsNotToCome() {
    var run = VirtualRun.of(partial(), prompt("a", "x"), prompt("b", "x", "a"), prompt("c", "x"));

    assertThat(ahead(run)).hasValue(1);
    run.fail("a");
    assertThat(ahead(run)).hasValue(0);
  }

  @Test
  void aCallThatIsToBeTriedAgainIsToCome() {
    var again = Retry.DEFAULT;
    var run = VirtualRun.of(failFast(), with(prompt("a", "x"), policy -> policy.withRetry(again)));

    assertThat(ahead(run)).hasValue(0);
    run.fail("a", StepError.passing(StepError.Code.EXECUTION_FAILED, "busy"));
    assertThat(ahead(run)).hasValue(1);
    run.advanceTo(3_600_000);
    assertThat(run.running()).containsExactly("a");
    assertThat(ahead(run)).hasValue(0);
  }

  /// Three items of two calls, one item at a time, and one call after all.
  @Test
  void aMapOverKnownItemsIsCountedFromTheBeginning() {
    var run =
        VirtualRun.of(
            failFast().withMaxParallelism(1),
            map(
                "each",
                array("x", "y", "z"),
                OptionalInt.of(1),
                prompt("one", "x"),
                prompt("two", "x", "one")),
            prompt("reduce", "x", "each"));

    var said = Stream.<OptionalInt>builder();
    for (int item = 0; item < 3; item++) {
      said.add(ahead(run));
      run.finish("each[" + item + "].one");
      said.add(ahead(run));
      run.finish("each[" + item + "].two");
    }
    assertThat(said.build().mapToInt(OptionalInt::orElseThrow)).containsExactly(6, 5, 4, 3, 2, 1);
    assertThat(ahead(run)).hasValue(0);
  }

  @Test
  void aMapOverWhatIsToBeFoundIsUnknownUntilItStarts() {
    var run =
        VirtualRun.of(
            failFast(),
            prompt("find", "x"),
            map("each", reference("find"), OptionalInt.of(1), prompt("one", "x")));

    assertThat(ahead(run)).isEmpty();
    run.finish("find", ((Argument.Literal) array("x", "y", "z")).value());
    assertThat(ahead(run)).hasValue(2);
  }

  /// 10,000⁴ times 1,000 items: no `long` has as many.
  @Test
  void mapsInsideMapsAreManyCallsHoweverManyTheyAre() {
    var maps = map("m0", items(1_000), OptionalInt.empty(), prompt("call", "x"));
    for (int level = 1; level <= 4; level++) {
      maps = map("m" + level, items(10_000), OptionalInt.empty(), maps);
    }
    var run = VirtualRun.of(failFast(), prompt("first", "x"), of("all", maps.kind(), "first"));

    assertThat(run.running()).containsExactly("first");
    assertThat(ahead(run)).hasValue(RemainingCalls.MOST);
  }

  @Test
  void aMapWithoutCallsOfModelsIsNone() {
    var run =
        VirtualRun.of(
            failFast(),
            prompt("find", "x"),
            map("each", reference("find"), OptionalInt.empty(), step("tool")));

    assertThat(ahead(run)).hasValue(0);
  }

  @Test
  void aConditionCountsTheBranchThatHasMoreUntilOneIsTaken() {
    var run =
        written(
            """
            [{"id": "ask", "kind": "llm", "model": "m", "prompt": "x"},
             {"id": "if", "kind": "condition", "if": "$ask == 'yes'",
              "then": [{"id": "short", "kind": "llm", "model": "m", "prompt": "x"}],
              "else": [{"id": "long", "kind": "llm", "model": "m", "prompt": "x"},
                       {"id": "longer", "kind": "llm", "model": "m", "prompt": "$long"}]}]
            """);

    assertThat(ahead(run)).hasValue(2);
    run.finish("ask", Steps.text("yes"));
    assertThat(run.running()).containsExactly("if[then].short");
    assertThat(ahead(run)).hasValue(0);
  }

  @Test
  void aLoopIsUnknownUntilItHasEnded() {
    var run =
        written(
            """
            [{"id": "again", "kind": "loop", "until": "$try == 'done'", "max_iterations": 5,
              "steps": [{"id": "try", "kind": "llm", "model": "m", "prompt": "x"}]},
             {"id": "last", "kind": "llm", "model": "m", "prompt": "$again"},
             {"id": "end", "kind": "llm", "model": "m", "prompt": "$last"}]
            """);

    assertThat(ahead(run)).isEmpty();
    run.finish("again[0].try", Steps.text("no"));
    assertThat(ahead(run)).isEmpty();
    run.finish("again[1].try", Steps.text("done"));
    assertThat(run.running()).containsExactly("last");
    assertThat(ahead(run)).hasValue(1);
  }

  @Test
  void aRunInsideIsAProgramOfItsOwn() {
    var run =
        VirtualRun.of(
            failFast(),
            prompt("a", "x"),
            of(
                "inner",
                new StepKind.SubRun(Steps.body(prompt("b", "x")), Map.of(), RunPolicy.DEFAULT),
                "a"));

    assertThat(ahead(run)).hasValue(0);
  }

  @Test
  void areUnknownWhileStepsAreAddedFromOutside() {
    var run = new VirtualRun();
    run.accepted(
        RunCommand.Submit.of(VirtualRun.ID, Plan.of(List.of(prompt("a", "x"))), failFast())
            .withOpen(true));

    assertThat(ahead(run)).isEmpty();
    run.accepted(new RunCommand.Seal());
    assertThat(ahead(run)).hasValue(0);
  }

  @Test
  void areTheSameInARebuiltRunOfTenThousandSteps() {
    var steps =
        IntStream.range(0, 10_000)
            .mapToObj(at -> at == 0 ? prompt("s0", "x") : prompt("s" + at, "x", "s" + (at - 1)))
            .toArray(Step[]::new);
    var run = VirtualRun.of(failFast(), steps);
    for (int at = 0; at < 100; at++) {
      assertThat(ahead(run)).hasValue(9_999 - at);
      run.finish("s" + at);
    }

    assertThat(CallsAhead.of(run.replayed().run())).hasValue(9_899);
  }

  @Test
  void noneAreAheadOfARunThatWasAborted() {
    var run =
        VirtualRun.of(
            failFast(),
            map("each", array("x", "y"), OptionalInt.of(1), prompt("one", "x")),
            prompt("reduce", "x", "each"));

    var running = run.started("each[0].one");
    run.accepted(new RunCommand.Abort("enough"));
    run.accepted(
        new RunCommand.StepOutcome(
            running.step(),
            running.attempt(),
            new RunCommand.Failed(StepError.cancelled(), Consumption.NONE)));

    assertThat(run.state()).isEqualTo(RunState.ABORTED);
    assertThat(ahead(run)).hasValue(0);
  }

  private static Argument items(int count) {
    return array(IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new));
  }

  private static VirtualRun written(String tasks) {
    var submission =
        new RunJson(ToolCatalog.of(List.of()), PlanLimits.DEFAULT)
            .read(
                ("{\"tasks\":" + tasks + "}").getBytes(StandardCharsets.UTF_8),
                RunJson.Form.NATIVE);
    var planned = (Submission.Planned) submission.work();
    var run = new VirtualRun();
    run.accepted(RunCommand.Submit.of(VirtualRun.ID, planned.plan(), submission.policy()));
    return run;
  }

  private static OptionalInt ahead(VirtualRun run) {
    return CallsAhead.of(run.run());
  }
}
