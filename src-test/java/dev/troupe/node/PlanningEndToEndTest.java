package dev.troupe.node;

import static dev.troupe.node.TestNode.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Plans that models make, on a node whose engines a test writes the answers of.
@Timeout(120)
class PlanningEndToEndTest {

  private static final ScriptedEngine engine =
      ScriptedEngine.start("writer", PlanningEndToEndTest::answer);
  private static final ScriptedEngine broken =
      ScriptedEngine.start("broken", _ -> Optional.empty());

  /// What joining models say of questions, in order.
  private static final Map<String, Queue<String>> joins = new ConcurrentHashMap<>();

  @TempDir private static Path folder;
  private static TestNode node;

  @BeforeAll
  static void start() {
    node =
        TestNode.start(
            folder,
            List.of(engine.entry(), broken.entry()),
            "troupe.run.roles { fast = writer, balanced = writer }");
  }

  @AfterAll
  static void stop() {
    node.close();
    engine.close();
    broken.close();
  }

  private static Optional<String> answer(String asked) {
    if (asked.contains("You find out which steps")) {
      return Optional.of("{\"batches\": [{\"steps\": [0]}, {\"steps\": [1, 2]}]}");
    }
    if (asked.contains("Plan how to answer")) {
      return Optional.empty();
    }
    return Optional.of(joins.getOrDefault(questionOf(asked), new ArrayDeque<>()))
        .map(Queue::poll)
        .or(() -> Optional.of("done"));
  }

  private static String questionOf(String asked) {
    return asked
        .lines()
        .filter(line -> line.startsWith("Question: "))
        .findFirst()
        .map(line -> line.substring("Question: ".length()))
        .orElse("");
  }

  /// A run that answers a question with the function `search`.
  private static String question(String id, String question, String more) {
    return """
    {"id": "%s", "llmcompiler": {"question": "%s", "model": "writer", "max_replans": 2, %s
      "tools": [{"name": "search_%1$s", "description": "Finds", "parameters":
        {"type": "object", "properties": {"query": {"type": "string"}}}}]}}
    """
        .formatted(id, question, more);
  }

  private static JsonNode take(String function) {
    var taken = node.send("/v1/functions/" + function + "/take?wait=30s", "").join();
    assertThat(taken.statusCode()).isEqualTo(200);
    return json(taken.body());
  }

  private static void finish(String function, JsonNode call, String result) {
    var body = "{\"id\": \"%s\", \"result\": \"%s\"}".formatted(call.path("id").asText(), result);
    assertThat(node.send("/v1/functions/" + function + "/finish", body).join().statusCode())
        .isEqualTo(202);
  }

  private static JsonNode awaitOver(String run) {
    return await()
        .atMost(TestNode.PATIENCE)
        .until(
            () -> json(node.get("/v1/runs/" + run).body()),
            view -> !view.path("ended_at").isNull());
  }

  private static String outlined(String id, String analysis) {
    return """
    {"id": "%1$s", "model": "writer", "analysis": {%2$s}, "plan": {
      "locale": "en-US", "title": "Cities %1$s", "steps": [
        {"title": "Oslo", "step_type": "research"},
        {"title": "Rome", "step_type": "research"},
        {"title": "Report", "step_type": "reporting"}]}}
    """
        .formatted(id, analysis);
  }

  private static JsonNode run(String body) {
    var answer = node.send("/v1/runs?wait=30s", body).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return json(answer.body());
  }

  private static long analyses() {
    return engine.asked().stream().filter(asked -> asked.contains("which steps")).count();
  }

  @Test
  @Tag("UDF-4")
  @Tag("UDF-6")
  void aModelSaysWhatStepsWaitForOnceForEqualPlans() {
    var first = run(outlined("asked", "\"strategy\": \"llm_based\""));

    assertThat(first.path("state").asText()).isEqualTo("completed");
    assertThat(first.at("/analysis/strategy_used").asText()).isEqualTo("llm_based");
    assertThat(first.at("/tasks/step-2/deps").toString()).isEqualTo("[\"step-1\"]");
    assertThat(first.at("/tasks/step-3/deps").toString()).isEqualTo("[\"step-1\"]");
    assertThat(first.at("/tasks/plan-analysis/tokens").asInt()).isEqualTo(15);
    assertThat(node.program("asked").path("completed_calls").asInt()).isEqualTo(4);

    long asked = analyses();
    var second =
        run(outlined("asked", "\"strategy\": \"llm_based\"").replace("\"id\": \"asked\", ", ""));
    assertThat(second.at("/analysis/strategy_used").asText()).isEqualTo("llm_based");
    assertThat(second.at("/analysis/is_remembered").asBoolean()).isTrue();
    assertThat(analyses()).isEqualTo(asked);
  }

  @Test
  @Tag("UDF-4")
  @Tag("UDF-6")
  @Tag("UDF-7")
  void aPreviewAsksTheModelAndTheRunThatFollowsDoesNotAskAgain() {
    var body = outlined("reviewed", "\"strategy\": \"llm_based\"");
    var preview = json(node.send("/v1/plans", body).join().body());
    long asked = analyses();

    assertThat(preview.at("/analysis/strategy_used").asText()).isEqualTo("llm_based");
    assertThat(preview.at("/stages/1").toString()).isEqualTo("[\"step-2\",\"step-3\"]");
    assertThat(node.program("plans").path("completed_calls").asInt()).isPositive();
    assertThat(run(body).at("/analysis/is_remembered").asBoolean()).isTrue();
    assertThat(analyses()).isEqualTo(asked);

    var failed =
        json(
            node.send(
                    "/v1/plans",
                    outlined("lost", "\"strategy\": \"llm_based\", \"model\": \"broken\""))
                .join()
                .body());
    assertThat(failed.at("/analysis/strategy_used").asText()).isEqualTo("heuristic");
    assertThat(failed.at("/analysis/reason").asText()).contains("500");
  }

  @Test
  @Tag("UDF-5")
  void whereTheModelFailsTheRunGoesOnWithTheFallback() {
    var run = run(outlined("failed", "\"strategy\": \"llm_based\", \"model\": \"broken\""));

    assertThat(run.path("state").asText()).as(run.toString()).isEqualTo("completed");
    assertThat(run.at("/analysis/strategy_used").asText()).isEqualTo("heuristic");
    assertThat(run.at("/analysis/reason").asText()).contains("llm_based", "500");
    assertThat(run.at("/tasks/step-3/deps").toString()).isEqualTo("[\"step-1\",\"step-2\"]");
  }

  @Test
  @Tag("LC-2")
  void aStepStartsSoonAfterItsLineAndNoneWaitsForTheNextOne() {
    joins.put("How fast?", new ArrayDeque<>(List.of("Thought: well\nAction: Finish(42)")));
    node.send("/v1/runs", question("fast", "How fast?", "")).join();
    var planner = engine.next();
    assertThat(planner.asked()).contains("search_fast(query: string): Finds", "How fast?");

    var writtenAt = new ArrayList<Long>();
    for (int line = 1; line <= 5; line++) {
      writtenAt.add(System.currentTimeMillis());
      planner.write("%d. search_fast(\"q%1$d\")\n".formatted(line));
      var call = take("search_fast");
      assertThat(call.at("/arguments/query").asText()).isEqualTo("q" + line);
      finish("search_fast", call, "found " + line);
    }
    planner.write("Thought: more\n6. search_fast(\"of $5\")\n7. search_fast($6)\n");
    var sixth = take("search_fast");
    assertThat(sixth.at("/arguments/query").asText()).isEqualTo("of found 5");
    finish("search_fast", sixth, "six");
    // The planning model has written nothing since.
    var seventh = take("search_fast");
    assertThat(seventh.at("/arguments/query").asText()).isEqualTo("six");
    finish("search_fast", seventh, "seven");
    planner.write("8. join()<END_OF_PLAN>");
    planner.end();

    var run = awaitOver("fast");
    assertThat(run.path("state").asText()).as(run.toString()).isEqualTo("completed");
    assertThat(run.at("/memory/answer").asText()).isEqualTo("42");
    long fastest =
        IntStream.rangeClosed(1, 5)
            .mapToLong(
                line -> run.at("/tasks/" + line + "/started_at").asLong() - writtenAt.get(line - 1))
            .min()
            .orElseThrow();
    assertThat(fastest).as("milliseconds from a line to its step").isBetween(0L, 20L);
  }

  @Test
  @Tag("LC-3")
  @Tag("LC-4")
  @Tag("DS-21")
  void plansAnewTwiceThenAnswersAndRepeatsNothing() {
    joins.put(
        "How tall?",
        new ArrayDeque<>(
            List.of(
                "Thought: no b\nAction: Replan(find b)",
                "Thought: no c\nAction: Replan(find c)",
                "Thought: all there\nAction: Finish(tall)")));
    node.send("/v1/runs", question("tall", "How tall?", "")).join();

    var first = engine.next();
    first.write("1. search_tall(\"a\")\nwhat is this?\n2. join()<END_OF_PLAN>");
    first.end();
    finish("search_tall", take("search_tall"), "A");
    var second = engine.next();
    assertThat(second.asked()).contains("Previous Plan", "Observation: A", "no b");
    second.write("3. search_tall(\"b\")\n4. join()<END_OF_PLAN>");
    second.end();
    var broken = take("search_tall");
    node.send(
            "/v1/functions/search_tall/fail",
            "{\"id\": \"%s\", \"message\": \"no such b\"}".formatted(broken.path("id").asText()))
        .join();
    var third = engine.next();
    assertThat(third.asked()).contains("no such b", "no c");
    third.write("5. search_tall(\"c of $1\")\n6. join()<END_OF_PLAN>");
    third.end();
    var last = take("search_tall");
    assertThat(last.at("/arguments/query").asText()).isEqualTo("c of A");
    finish("search_tall", last, "C");

    var run = awaitOver("tall");
    assertThat(run.path("state").asText()).as(run.toString()).isEqualTo("completed");
    assertThat(run.at("/memory/answer").asText()).isEqualTo("tall");
    assertThat(run.at("/unread_lines/0/text").asText()).isEqualTo("what is this?");
    for (var step : List.of("1", "3", "5")) {
      assertThat(run.at("/tasks/" + step + "/attempts").asInt()).isEqualTo(1);
    }
    assertThat(run.path("tasks").has("planner-4")).isFalse();
  }

  @Test
  @Tag("DS-20")
  @Tag("LC-4")
  void aPlanThatIsThereIsJoinedWithoutAPlanner() {
    joins.put("So what?", new ArrayDeque<>(List.of("Action: Replan(more)")));
    node.send(
            "/v1/runs",
            """
            {"id": "nodes", "plan": {"nodes": [
              {"id": "a", "payload": {"tool_name": "node-search", "args_json": {"q": "x"}}},
              {"id": "b", "payload": {"tool_name": "node-search", "args_json": {"q": "#a"}}}],
              "joiner_query": "So what?"}}
            """)
        .join();

    finish("node-search", take("node-search"), "A");
    var second = take("node-search");
    assertThat(second.at("/arguments/q").asText()).isEqualTo("A");
    finish("node-search", second, "B");

    var run = awaitOver("nodes");
    assertThat(run.path("state").asText()).as(run.toString()).isEqualTo("completed");
    // Nothing says what another plan could call, so the first answer is the last.
    assertThat(run.at("/memory/answer").asText()).isEqualTo("more");
  }

  @Test
  @Tag("LC-4")
  void aTextWithAQuestionIsTheFirstPlan() {
    joins.put("Which?", new ArrayDeque<>(List.of("Action: Finish(this)")));
    node.send(
            "/v1/runs",
            question("given", "Which?", "\"text\": \"1. search_given(\\\"x\\\")\\n2. join()\","))
        .join();

    finish("search_given", take("search_given"), "X");

    assertThat(awaitOver("given").at("/memory/answer").asText()).isEqualTo("this");
  }

  @Test
  void aQuestionWithoutAFunctionToAnswerItWithIsRefused() {
    var answer = node.send("/v1/runs", "{\"llmcompiler\": {\"question\": \"Why?\"}}").join();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(json(answer.body()).at("/error/param").asText()).contains("tools");
  }

  @Test
  void theProgramOfARunIsTheChildThatItIsSaidToBe() {
    run(
        """
        {"id": "r", "program": {"id": "child", "parent": "mother"}, "tasks": [
          {"id": "a", "kind": "llm", "model": "writer", "prompt": "x"}]}
        """);

    assertThat(node.program("child").path("parent").asText()).isEqualTo("mother");
  }

  @Test
  @Tag("UDF-3")
  void withoutAModelTheRunSaysHowItsDependenciesWereFound() {
    var run = run(outlined("plain", "\"strategy\": \"heuristic\""));

    assertThat(run.path("state").asText()).isEqualTo("completed");
    assertThat(run.at("/analysis/strategy_used").asText()).isEqualTo("heuristic");
  }
}
