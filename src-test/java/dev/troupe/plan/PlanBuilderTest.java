package dev.troupe.plan;

import static dev.troupe.plan.StepDraft.approval;
import static dev.troupe.plan.StepDraft.computed;
import static dev.troupe.plan.StepDraft.condition;
import static dev.troupe.plan.StepDraft.function;
import static dev.troupe.plan.StepDraft.http;
import static dev.troupe.plan.StepDraft.join;
import static dev.troupe.plan.StepDraft.literal;
import static dev.troupe.plan.StepDraft.llm;
import static dev.troupe.plan.StepDraft.loop;
import static dev.troupe.plan.StepDraft.map;
import static dev.troupe.plan.StepDraft.result;
import static dev.troupe.plan.StepDraft.resultOr;
import static dev.troupe.plan.StepDraft.subRun;
import static dev.troupe.plan.StepDraft.waitFor;
import static dev.troupe.plan.StepDraft.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.plan.StepKind.Join.How;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("TR-1")
class PlanBuilderTest {

  private record Query(String text, int most) {}

  @Test
  void makesThePlanThatTheNativeFormMakes() {
    var built =
        PlanBuilder.plan()
            .step(
                "facts",
                llm("role:fast")
                    .system("Be brief.")
                    .message("assistant", "Of what?")
                    .prompt("Facts in ${style}.")
                    .input("style", "haiku")
                    .maxTokens(40)
                    .extra("temperature", 0.7))
            .step("find", function("search").withAll(new Query("cats", 3)), "facts")
            .step(
                "note",
                http("POST", "https://example.org/${find.path}")
                    .header("x-who", "me")
                    .body(Map.of("found", result("find.hits[0]"))))
            .step(
                "each",
                map(
                        "$find.hits",
                        hit ->
                            hit.step("read", function("fetch").with("url", "$item"))
                                .step("sum", llm("m", "Sum ${index}: ${read}")))
                    .maxParallel(2)
                    .result("sum"))
            .step(
                "good",
                condition("$find.score > 0.5", yes -> yes.step("y", function("publish")))
                    .otherwise(no -> no.step("n", function("drop"))))
            .step(
                "refine",
                loop(
                        "$check.ok",
                        3,
                        body ->
                            body.step("draft", llm("m", "Improve ${previous}"))
                                .step("check", function("rate").with("text", "$draft")))
                    .result("draft"))
            .step("pause", waitFor(Duration.ofSeconds(2)))
            .step("dawn", waitUntil(Instant.parse("2027-01-31T08:00:00Z")))
            .step("ask", approval("Send $note?"), policy -> policy.withTimeout(Duration.ofHours(1)))
            .step(
                "report",
                subRun(inner -> inner.step("write", llm("m", "About ${input.topic}")))
                    .input("topic", "$facts"))
            .step(
                "sum",
                function("add")
                    .with("a", computed("$find.score * 2"))
                    .with("b", resultOr("find.bonus", 0))
                    .with("c", literal("$find")))
            .step("all", join(How.LIST), "each", "good")
            .build();

    assertThat(built.steps())
        .containsExactlyElementsOf(
            read("""
            {"tasks": [
              {"id": "facts", "kind": "llm", "model": "role:fast", "system": "Be brief.",
               "messages": [{"role": "assistant", "content": "Of what?"}],
               "prompt": "Facts in ${style}.", "inputs": {"style": "haiku"}, "max_tokens": 40,
               "extra": {"temperature": 0.7}},
              {"id": "find", "kind": "function", "name": "search",
               "args": {"text": "cats", "most": 3}, "deps": ["facts"]},
              {"id": "note", "kind": "http", "method": "POST",
               "url": "https://example.org/${find.path}", "headers": {"x-who": "me"},
               "body": {"found": {"$ref": "find.hits[0]"}}},
              {"id": "each", "kind": "map", "items": "$find.hits", "max_parallel": 2,
               "result": "sum", "steps": [
                 {"id": "read", "kind": "function", "name": "fetch", "args": {"url": "$item"}},
                 {"id": "sum", "kind": "llm", "model": "m", "prompt": "Sum ${index}: ${read}"}]},
              {"id": "good", "kind": "condition", "if": "$find.score > 0.5",
               "then": [{"id": "y", "kind": "function", "name": "publish"}],
               "else": [{"id": "n", "kind": "function", "name": "drop"}]},
              {"id": "refine", "kind": "loop", "until": "$check.ok", "max_iterations": 3,
               "result": "draft", "steps": [
                 {"id": "draft", "kind": "llm", "model": "m", "prompt": "Improve ${previous}"},
                 {"id": "check", "kind": "function", "name": "rate",
                  "args": {"text": "$draft"}}]},
              {"id": "pause", "kind": "wait", "duration_ms": 2000},
              {"id": "dawn", "kind": "wait", "until": "2027-01-31T08:00:00Z"},
              {"id": "ask", "kind": "approval", "question": "Send $note?",
               "timeout_ms": 3600000},
              {"id": "report", "kind": "subrun", "inputs": {"topic": "$facts"}, "steps": [
                 {"id": "write", "kind": "llm", "model": "m", "prompt": "About ${input.topic}"}]},
              {"id": "sum", "kind": "function", "name": "add", "args": {
                 "a": {"$expr": "$find.score * 2"},
                 "b": {"$ref": "find.bonus", "required": false, "default": 0},
                 "c": {"$literal": "$find"}}},
              {"id": "all", "kind": "join", "how": "list", "deps": ["each", "good"]}]}
            """)
                .steps());
  }

  static List<Retry> retries() {
    return List.of(Retry.NONE, Retry.DEFAULT, Retry.UDF, Retry.TURBO, Retry.DRAGONSCALE);
  }

  @ParameterizedTest
  @MethodSource("retries")
  void aStepIsTreatedAsItsPolicySays(Retry retry) {
    var wanted =
        StepPolicy.DEFAULT
            .withRetry(retry)
            .withRepeat(Repeat.AT_MOST_ONCE)
            .withOptional(true)
            .withPriority(3)
            .withTimeout(Duration.ofSeconds(9))
            .withExpectedDuration(Duration.ofSeconds(4));

    var plan = PlanBuilder.plan().step("a", function("f"), _ -> wanted).build();

    assertThat(plan.step(Steps.id("a")).orElseThrow().policy()).isEqualTo(wanted);
  }

  @Test
  void whatMayChangeSomethingOutsideIsNotDoneTwiceAsARule() {
    var plan =
        PlanBuilder.plan()
            .step("read", http("GET", "https://example.org"))
            .step("write", http("POST", "https://example.org"))
            .step(
                "again",
                http("POST", "https://example.org"),
                policy -> policy.withRepeat(Repeat.IDEMPOTENT).withRetry(Retry.DEFAULT))
            .build();

    assertThat(repeat(plan, "read")).isEqualTo(Repeat.IDEMPOTENT);
    assertThat(repeat(plan, "write")).isEqualTo(Repeat.AT_MOST_ONCE);
    assertThat(repeat(plan, "again")).isEqualTo(Repeat.IDEMPOTENT);
  }

  @Test
  void aBuilderCanBeGoneOnWithInTwoWays() {
    var common = PlanBuilder.plan().step("a", function("f"));

    var one = common.step("b", function("f"), "a").build();
    var other = common.step("c", function("f"), "a").build();

    assertThat(one.steps()).extracting(step -> step.id().value()).containsExactly("a", "b");
    assertThat(other.steps()).extracting(step -> step.id().value()).containsExactly("a", "c");
  }

  @Test
  void stepsThatMakeNoPlanAreRefusedWithTheCode() {
    refused(PlanError.Code.INVALID_INPUT, PlanBuilder.plan());
    refused(
        PlanError.Code.DAG_CYCLE,
        PlanBuilder.plan().step("a", function("f"), "b").step("b", function("f"), "a"));
    refused(
        PlanError.Code.DEP_NOT_FOUND, PlanBuilder.plan().step("a", llm("m", "What of ${nobody}?")));
    refused(
        PlanError.Code.INVALID_INPUT,
        PlanBuilder.plan().step("a", function("f")).step("a", function("f")));
  }

  private static void refused(PlanError.Code code, PlanBuilder plan) {
    assertThatThrownBy(plan::build)
        .isInstanceOfSatisfying(
            InvalidPlanException.class,
            refused -> assertThat(refused.error().code()).isEqualTo(code));
  }

  private static Repeat repeat(Plan plan, String id) {
    return plan.step(Steps.id(id)).orElseThrow().policy().repeat();
  }

  private static Plan read(String json) {
    var submission =
        new RunJson(ToolCatalog.of(List.of()), PlanLimits.DEFAULT)
            .read(json.getBytes(StandardCharsets.UTF_8), RunJson.Form.NATIVE);
    return ((Submission.Planned) submission.work()).plan();
  }
}
