package dev.troupe.run;

import static dev.troupe.run.Steps.array;
import static dev.troupe.run.Steps.body;
import static dev.troupe.run.Steps.failFast;
import static dev.troupe.run.Steps.id;
import static dev.troupe.run.Steps.map;
import static dev.troupe.run.Steps.of;
import static dev.troupe.run.Steps.partial;
import static dev.troupe.run.Steps.reference;
import static dev.troupe.run.Steps.step;
import static dev.troupe.run.Steps.text;
import static dev.troupe.run.Steps.using;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.troupe.plan.Argument;
import dev.troupe.plan.PlanLimits;
import dev.troupe.plan.Repeat;
import dev.troupe.plan.RunJson;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepKind;
import dev.troupe.plan.Submission;
import dev.troupe.plan.Template;
import dev.troupe.plan.ToolCatalog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// The kinds of steps that are decided without a worker.
class StepKindsTest {

  private static final RunJson READER =
      new RunJson(
          ToolCatalog.of(
              List.of(
                  new ToolCatalog.Tool(
                      "f",
                      "does it",
                      JsonNodeFactory.instance.objectNode().put("type", "object"),
                      true,
                      Repeat.IDEMPOTENT))),
          PlanLimits.DEFAULT);

  private static JsonNode argument(VirtualRun run, String step) {
    return ((StepInput.Function) run.started(step).input()).arguments();
  }

  private static VirtualRun written(String tasks) {
    Submission submission =
        READER.read(
            ("{\"tasks\":" + tasks + ",\"policy\":{\"max_parallelism\":9}}")
                .getBytes(StandardCharsets.UTF_8),
            RunJson.Form.NATIVE);
    Submission.Planned planned = (Submission.Planned) submission.work();
    VirtualRun run = new VirtualRun();
    run.accepted(RunCommand.Submit.of(VirtualRun.ID, planned.plan(), submission.policy()));
    return run;
  }

  @Test
  void aMapRunsItsBodyForEachItemAndGathersTheResults() {
    VirtualRun run =
        VirtualRun.of(
            failFast(),
            map("each", array("x", "y"), OptionalInt.empty(), using("f", reference("item"))),
            using("after", reference("each", "[1]")));

    assertThat(run.running()).containsExactly("each[0].f", "each[1].f");
    assertThat(argument(run, "each[1].f")).isEqualTo(text("y"));
    run.finish("each[1].f", text("Y")).finish("each[0].f", text("X"));

    assertThat(run.step("each").output().orElseThrow().toString()).isEqualTo("[\"X\",\"Y\"]");
    assertThat(argument(run, "after")).isEqualTo(text("Y"));
    run.finish("after");
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
    assertThat(run.replayed().view()).isEqualTo(run.view());
  }

  @Test
  void aMapRunsNoMoreItemsAtATimeThanItMay() {
    VirtualRun run =
        VirtualRun.of(
            failFast(),
            map("each", array("x", "y", "z"), OptionalInt.of(2), step("f"), step("g", "f")));

    assertThat(run.running()).containsExactly("each[0].f", "each[1].f");
    run.finish("each[1].f");
    assertThat(run.running()).containsExactly("each[0].f", "each[1].g");
    run.finish("each[1].g");
    assertThat(run.running()).containsExactly("each[0].f", "each[2].f");
  }

  @Test
  void aMapOfNothingIsNothing() {
    VirtualRun run =
        VirtualRun.of(failFast(), map("each", array(), OptionalInt.empty(), step("f")));

    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
    assertThat(run.step("each").output().orElseThrow()).isEmpty();
  }

  @Test
  void anItemThatFailedIsATypedErrorAmongTheResults() {
    VirtualRun run =
        VirtualRun.of(partial(), map("each", array("x", "y"), OptionalInt.empty(), step("f")));

    run.fail("each[0].f").finish("each[1].f", text("Y"));

    assertThat(run.step("each").output().orElseThrow().toString())
        .isEqualTo("[{\"error\":{\"code\":\"execution_failed\",\"message\":\"it broke\"}},\"Y\"]");
  }

  @Test
  void whatIsNoArrayFailsTheMap() {
    VirtualRun run =
        VirtualRun.of(
            failFast(),
            map("each", new Argument.Literal(text("x")), OptionalInt.empty(), step("f")));

    assertThat(run.step("each").error().orElseThrow().code())
        .isEqualTo(StepError.Code.ROUTING_FAILED);
    assertThat(run.state()).isEqualTo(RunState.FAILED);
  }

  private static final String CONDITION =
      """
      [{"id": "score", "kind": "function", "name": "f"},
       {"id": "good", "kind": "condition", "if": "$score > 5",
        "then": [{"id": "praise", "kind": "function", "name": "f"}],
        "else": [{"id": "mend", "kind": "function", "name": "f"}]}]
      """;

  @Test
  void aConditionTakesOneBranch() {
    VirtualRun high = written(CONDITION).finish("score", IntNode.valueOf(6));
    assertThat(high.running()).containsExactly("good[then].praise");
    high.finish("good[then].praise", text("well done"));
    assertThat(high.step("good").output()).contains(text("well done"));
    assertThat(high.state()).isEqualTo(RunState.COMPLETED);

    VirtualRun low = written(CONDITION).finish("score", IntNode.valueOf(5));
    assertThat(low.running()).containsExactly("good[else].mend");
    assertThat(low.replayed().view()).isEqualTo(low.view());
  }

  @Test
  void aConditionOnWhatIsNotThereFailsWithTheReason() {
    VirtualRun run =
        written(CONDITION.replace("$score >", "$score.points >")).finish("score", text("six"));

    assertThat(run.step("good").state()).isEqualTo(StepState.FAILED);
    assertThat(run.state()).isEqualTo(RunState.FAILED);
  }

  private static final String LOOP =
      """
      [{"id": "better", "kind": "loop", "until": "$try.ok", "max_iterations": 3,
        "steps": [{"id": "try", "kind": "function", "name": "f", "args": {"n": "$iteration", "was": "$previous"}}]}]
      """;

  private static JsonNode ok(boolean isOk) {
    return JsonNodeFactory.instance.objectNode().set("ok", BooleanNode.valueOf(isOk));
  }

  @Test
  void aLoopRunsUntilItsConditionHolds() {
    VirtualRun run = written(LOOP).finish("better[0].try", ok(false));

    assertThat(argument(run, "better[1].try").toString())
        .isEqualTo("{\"n\":1,\"was\":{\"ok\":false}}");
    run.finish("better[1].try", ok(true));
    assertThat(run.step("better").output()).contains(ok(true));
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
    assertThat(run.replayed().view()).isEqualTo(run.view());
  }

  @Test
  void aStepOfAnIterationThatIsPastIsNotRetried() {
    String loop =
        LOOP.replace("\"$try.ok\"", "\"$iteration > 5\"")
            .replace(
                "}]}]",
                "}, {\"id\": \"also\", \"kind\": \"function\", \"name\": \"f\","
                    + " \"optional\": true, \"retry\": {\"preset\": \"none\"}}]}]");
    VirtualRun run = written(loop);
    run.fail("better[0].also").finish("better[0].try", ok(true));
    assertThat(run.running()).contains("better[1].try");

    assertThat(run.refused(new RunCommand.RetryStep(id("better[0].also"))).message())
        .contains("a later iteration has begun");
  }

  @Test
  void whatTheStepsInsideAStepCostStaysCountedWhenItIsRetried() {
    VirtualRun run =
        VirtualRun.of(
            partial(), map("each", array("x"), OptionalInt.empty(), step("f")), step("other"));
    run.finish("other");
    assertThat(run.state()).isEqualTo(RunState.RUNNING);
    run.accepted(new RunCommand.AddSteps(List.of(step("keepsOpen"))));
    run.failAtCost("each[0].f", new Consumption(3, 0, 4, 1, 70));
    run.accepted(new RunCommand.RetryStep(id("each")));

    assertThat(run.running()).contains("each[0].f");
    assertThat(run.step("each").micros()).isEqualTo(70);
    assertThat(run.run().spent().micros()).isEqualTo(70);
  }

  @Test
  void aLoopEndsAtItsLimit() {
    VirtualRun run = written(LOOP);
    for (int i = 0; i < 3; i++) {
      run.finish("better[" + i + "].try", ok(false));
    }

    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
    assertThat(run.running()).isEmpty();
  }

  @Test
  void aWaitEndsWhenItsTimeHasPassedOrAtASignal() {
    Step wait =
        of("pause", new StepKind.Wait(Optional.of(Duration.ofSeconds(5)), Optional.empty()));
    VirtualRun timed = VirtualRun.of(failFast(), wait, step("a", "pause"));
    assertThat(timed.advanceTo(4_999).running()).isEmpty();
    assertThat(timed.advanceTo(5_000).running()).containsExactly("a");

    VirtualRun signalled = VirtualRun.of(failFast(), wait, using("a", reference("pause")));
    signalled.accepted(new RunCommand.Signal("pause", text("now")));
    assertThat(argument(signalled, "a")).isEqualTo(text("now"));
  }

  @Test
  void aSignalThatComesBeforeItsWaitIsKept() {
    VirtualRun run =
        VirtualRun.of(
            failFast(),
            step("first"),
            of(
                "pause",
                new StepKind.Wait(Optional.of(Duration.ofDays(1)), Optional.empty()),
                "first"));
    run.accepted(new RunCommand.Signal("pause", text("early")));

    run.finish("first");

    assertThat(run.step("pause").output()).contains(text("early"));
    assertThat(run.state()).isEqualTo(RunState.COMPLETED);
  }

  private static Step approval(Duration timeout) {
    return of(
        "gate",
        new StepKind.Approval(new Argument.Text(Template.fixed("go?")), Optional.of(timeout)));
  }

  @Test
  void anApprovalPausesOnlyItsBranch() {
    VirtualRun run =
        VirtualRun.of(
            partial(), approval(Duration.ofHours(1)), step("gated", "gate"), step("free"));

    assertThat(run.running()).containsExactly("free");
    assertThat(run.actions(RunAction.AskApproval.class)).hasSize(1);
    assertThat(run.step("gate").waitsFor()).isEqualTo("approval");
    run.finish("free");
    assertThat(run.state()).isEqualTo(RunState.RUNNING);
    run.accepted(new RunCommand.Approve(id("gate"), true, "ada", "fine"));
    assertThat(run.running()).containsExactly("gated");
    assertThat(run.refused(new RunCommand.Approve(id("gate"), true, "ada", "")).code())
        .isEqualTo(RunRefusal.Code.TASK_STATE);
  }

  @Test
  void aRefusalAndSilenceFailTheApproval() {
    VirtualRun refused = VirtualRun.of(failFast(), approval(Duration.ofHours(1)));
    refused.accepted(new RunCommand.Approve(id("gate"), false, "ada", "no"));
    assertThat(refused.step("gate").error().orElseThrow().code())
        .isEqualTo(StepError.Code.APPROVAL_REFUSED);

    VirtualRun silent = VirtualRun.of(failFast(), approval(Duration.ofHours(1)));
    silent.advanceTo(Duration.ofHours(1).toMillis());
    assertThat(silent.step("gate").error().orElseThrow().code()).isEqualTo(StepError.Code.TIMEOUT);
    assertThat(silent.state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void aJoinGathersInTheFormAskedFor() {
    for (StepKind.Join.How how : StepKind.Join.How.values()) {
      VirtualRun run =
          VirtualRun.of(
              failFast(), step("a"), step("b"), of("join", new StepKind.Join(how), "a", "b"));
      run.finish("b", text("B")).finish("a", text("A"));

      String joined = run.step("join").output().orElseThrow().toString();
      assertThat(joined)
          .isEqualTo(
              switch (how) {
                case OBJECT -> "{\"a\":\"A\",\"b\":\"B\"}";
                case LIST -> "[\"A\",\"B\"]";
                case TEXT -> "\"A\\n\\nB\"";
                case FIRST -> "\"B\"";
              });
    }
  }

  @Test
  void aSubRunIsAskedForAsARunOfItsOwn() {
    VirtualRun run =
        VirtualRun.of(
            failFast(),
            step("a"),
            of(
                "sub",
                new StepKind.SubRun(
                    body(using("inner", reference("input", ".q"))),
                    Map.of("q", reference("a")),
                    RunPolicy.DEFAULT),
                "a"));
    run.finish("a", text("A"));

    StepInput.SubRun asked = (StepInput.SubRun) run.started("sub").input();

    VirtualRun inner = new VirtualRun();
    inner.accepted(
        RunCommand.Submit.of(VirtualRun.ID, asked.plan(), asked.policy())
            .withInputs(asked.inputs()));
    assertThat(argument(inner, "inner")).isEqualTo(text("A"));
    assertThat(List.copyOf(inner.running())).containsExactly("inner");
  }

  @Test
  void aResultThatIsTooLargeToCrossNodesFailsItsStep() {
    var half = text("x".repeat((int) JsonSize.MOST_BYTES / 2));
    var run =
        VirtualRun.of(
            partial(),
            step("a"),
            step("b"),
            step("c"),
            of("list", new StepKind.Join(StepKind.Join.How.LIST), "a", "b"),
            map("each", array("1", "2"), OptionalInt.empty(), step("inner")));
    run.finish("a", half).finish("b", half);
    run.finish("c", text("x".repeat((int) JsonSize.MOST_BYTES)));
    run.finish("each[0].inner", half).finish("each[1].inner", half);

    for (var failed : List.of("c", "list", "each")) {
      assertThat(run.step(failed).error().orElseThrow().code())
          .as(failed)
          .isEqualTo(StepError.Code.INVALID_RESULT);
    }
    assertThat(run.step("a").output()).contains(half);
  }

  @Test
  void aStepIsNotGivenMoreThanCrossesNodes() {
    var half = text("x".repeat((int) JsonSize.MOST_BYTES / 2));
    var both = new Argument.Sequence(List.of(reference("a"), reference("b")));
    var run =
        VirtualRun.of(
            partial(),
            step("a"),
            step("b"),
            using("function", both),
            map("each", both, OptionalInt.empty(), step("inner")));

    run.finish("a", half).finish("b", half);

    for (var failed : List.of("function", "each")) {
      assertThat(run.step(failed).error().orElseThrow().code())
          .as(failed)
          .isEqualTo(StepError.Code.REQUEST_EXCEEDS_LIMIT);
    }
  }
}
