package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.node.TestNode.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients can ask of runs beside submitting them.
@Timeout(120)
class RunApiEndToEndTest {

  private static final TestEngine engine = TestEngine.start("solo", "solo", 4);

  @TempDir private static Path folder;
  private static TestNode node;

  @BeforeAll
  static void start() {
    node =
        TestNode.start(
            folder,
            List.of(engine.entry()),
            """
            troupe.run.models = [{ name = solo, input = 1.0, output = 2.0 }]
            troupe.run.max-resident-steps = 100
            troupe.run.tenant.max-concurrent-tasks = 2
            """);
  }

  @AfterAll
  static void stop() {
    node.close();
    engine.close();
  }

  @Test
  void listsATenantsRunsPageByPageTheYoungestFirst() {
    for (int run = 1; run <= 5; run++) {
      begin("red", "list-" + run, "{\"team\": \"%s\"}".formatted(run % 2 == 0 ? "a" : "b"));
    }
    begin("blue", "list-6", "{}");
    awaitAll("red", 5);

    var ids = new ArrayList<String>();
    var next = "";
    do {
      var page = list("red", "?limit=2" + next);
      page.path("data").forEach(run -> ids.add(run.path("id").asText()));
      next = page.path("next").isNull() ? "" : "&cursor=" + page.path("next").asText();
    } while (!next.isEmpty());

    assertThat(ids).containsExactly("list-5", "list-4", "list-3", "list-2", "list-1");
    assertThat(ids(list("blue", ""))).containsExactly("list-6");
    assertThat(ids(list("red", "?metadata.team=a"))).containsExactly("list-4", "list-2");
    assertThat(ids(list("red", "?metadata.team=b&limit=1"))).containsExactly("list-5");
    assertThat(ids(list("red", "?program=list-3&state=completed"))).containsExactly("list-3");
    assertThat(ids(list("red", "?state=failed,aborted"))).isEmpty();
    long third = list("red", "?program=list-3").at("/data/0/created_at").asLong();
    assertThat(ids(list("red", "?created_before=" + third))).doesNotContain("list-3", "list-4");
    assertThat(ids(list("red", "?created_after=" + third))).doesNotContain("list-2", "list-3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?state=gone",
        "?limit=0",
        "?cursor=x",
        "?sate=failed",
        "?created_after=a=b",
        "?%zz"
      })
  void refusesAListThatIsAskedForInAWayItDoesNotKnow(String parameters) {
    var answer = node.get("/v1/runs" + parameters.replace("%", "%25"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(json(answer.body()).at("/error/param").asText()).isNotBlank();
  }

  @Test
  void whoAsksForARunMayWaitForItsEnd() {
    submit(
        "{\"id\": \"awaited\", \"tasks\": [{\"id\": \"a\", \"kind\": \"wait\", \"duration_ms\": 300}]}");

    var early = json(node.get("/v1/runs/awaited?wait=0").body());
    var late = json(node.get("/v1/runs/awaited?wait=60s").body());

    assertThat(early.path("state").asText()).isEqualTo("running");
    assertThat(late.path("state").asText()).isEqualTo("completed");
    assertThat(node.get("/v1/runs/awaited?wait=soon").statusCode()).isEqualTo(400);
    assertThat(node.get("/v1/runs/nowhere?wait=60s").statusCode()).isEqualTo(404);
  }

  @Test
  void aRunInsideARunHasTheResultsOfStepsWithStepsInside() {
    var steps =
        """
        "steps": [{"id": "each", "kind": "map", "items": [1, 2],
                   "steps": [{"id": "j", "kind": "join", "how": "list"}]}]}
        """;
    var answer =
        node.send(
                "/v1/runs?wait=30s",
                "{\"id\": \"outer\", \"tasks\": [{\"id\": \"leaves\", \"kind\": \"subrun\", "
                    + steps
                    + ", {\"id\": \"named\", \"kind\": \"subrun\", \"result\": \"each\", "
                    + steps
                    + "]}")
            .join();

    var tasks = json(answer.body()).path("tasks");
    assertThat(tasks.at("/leaves/output").toString()).isEqualTo("{\"each\":[[],[]]}");
    assertThat(tasks.at("/named/output").toString()).isEqualTo("[[],[]]");
  }

  @Test
  void withWhatKeyARunWasAskedForIsShownToNobody() {
    node.send(
            "/v1/runs?wait=30s",
            "{\"id\": \"keyed\", \"metadata\": {\"team\": \"green\"}, \"tasks\": [{\"id\": \"a\", \"kind\": \"join\"}]}",
            "Idempotency-Key",
            "hush")
        .join();

    for (var path :
        List.of("/v1/runs/keyed", "/v1/runs?metadata.team=green", "/v1/runs/keyed/events")) {
      assertThat(node.get(path).body()).contains("green").doesNotContain("hush", "idempotency");
    }
  }

  @Test
  void aRunThatIsThereIsRefusedWithTheWayToIt() {
    var body = "{\"id\": \"twice\", \"tasks\": [{\"id\": \"a\", \"kind\": \"join\"}]}";
    submit(body);

    var answer = node.send("/v1/runs", body).join();

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(json(answer.body()).at("/error/message").asText()).contains("on_conflict=attach");
  }

  @Test
  @Tag("RT-1")
  void aStepThatIsThereIsNotAddedAgain() {
    submit(
        "{\"id\": \"added\", \"tasks\": [{\"id\": \"a\", \"kind\": \"approval\", \"question\": \"Go on?\"}]}");

    var again =
        node.send("/v1/runs/added/tasks", "{\"tasks\": [{\"id\": \"a\", \"kind\": \"join\"}]}")
            .join();

    assertThat(again.statusCode()).isEqualTo(400);
    assertThat(json(again.body()).at("/error/code").asText()).isEqualTo("invalid_input");
    assertThat(json(again.body()).at("/error/message").asText()).contains("\"a\"");
  }

  @Test
  void picturesARunWithTheStateOfEachStep() {
    submit(
        """
        {"id": "pictured", "tasks": [
          {"id": "each", "kind": "map", "items": [1, 2], "steps": [
            {"id": "say", "kind": "llm", "model": "solo", "prompt": "Say ${item}.", "max_tokens": 2}]},
          {"id": "ask", "kind": "approval", "question": "Go on?", "deps": ["each"]},
          {"id": "then", "kind": "join", "deps": ["ask"]}]}
        """);
    await()
        .atMost(PATIENCE)
        .until(() -> run("pictured").at("/tasks/ask/state").asText().equals("running"));

    var graph = json(node.get("/v1/runs/pictured/graph").body());
    var mermaid = node.get("/v1/runs/pictured/graph?format=mermaid");
    var dot = node.get("/v1/runs/pictured/graph?format=dot");

    assertThat(graph.path("nodes"))
        .extracting(each -> each.path("id").asText() + " " + each.path("state").asText())
        .containsExactlyInAnyOrder(
            "each completed",
            "each[0].say completed",
            "each[1].say completed",
            "ask running",
            "then pending");
    assertThat(graph.path("edges")).hasSize(2);
    assertThat(mermaid.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/vnd.mermaid");
    assertThat(mermaid.body()).startsWith("flowchart TD\n").contains(":::running");
    assertThat(dot.headers().firstValue("Content-Type").orElse("")).startsWith("text/vnd.graphviz");
    assertThat(dot.body()).contains("\"each\" -> \"each[0].say\" [style=dotted];");
    assertThat(node.get("/v1/runs/pictured/graph?format=png").statusCode()).isEqualTo(400);
    assertThat(node.get("/v1/runs/nowhere/graph").statusCode()).isEqualTo(404);
  }

  @Test
  @Tag("UDF-18")
  void forksARunFromAStepAndKeepsTheResultsBeforeIt() {
    submit(
        """
        {"id": "origin", "metadata": {"team": "red"}, "tasks": [
          {"id": "a", "kind": "llm", "model": "solo", "prompt": "One.", "max_tokens": 2},
          {"id": "b", "kind": "llm", "model": "solo", "prompt": "Two: $a", "max_tokens": 2}]}
        """);
    var origin = awaitOver("origin");

    var fork =
        node.send("/v1/runs/origin/fork?wait=30s", "{\"task\": \"b\", \"id\": \"other\"}").join();

    assertThat(fork.statusCode()).as(fork.body()).isEqualTo(202);
    var run = json(fork.body());
    assertThat(run.path("state").asText()).isEqualTo("completed");
    assertThat(run.at("/usage/calls").asInt()).isEqualTo(1);
    assertThat(run.at("/tasks/a/output")).isEqualTo(origin.at("/tasks/a/output"));
    assertThat(run.at("/metadata/forked_from").asText()).isEqualTo("origin");
    assertThat(run.at("/metadata/team").asText()).isEqualTo("red");
    refused(404, "task_not_found", "/v1/runs/origin/fork", "{\"task\": \"z\"}");
    refused(400, "invalid_input", "/v1/runs/origin/fork", "{}");
    refused(409, "run_exists", "/v1/runs/origin/fork", "{\"task\": \"b\", \"id\": \"origin\"}");
    refused(404, "run_not_found", "/v1/runs/nowhere/fork", "{\"task\": \"b\"}");
  }

  @Test
  @Tag("UDF-18")
  void runsWhatIsMissingAgainWithAHigherBudgetAndPaysOnlyForThat() {
    submit(
        """
        {"id": "poor", "policy": {"budget_limit": {"calls": 1}}, "tasks": [
          {"id": "a", "kind": "llm", "model": "solo", "prompt": "One.", "max_tokens": 2},
          {"id": "b", "kind": "llm", "model": "solo", "prompt": "Two: $a", "max_tokens": 2}]}
        """);
    assertThat(awaitOver("poor").at("/error/code").asText()).isEqualTo("budget_exceeded");

    var asked = "{\"id\": \"richer\", \"budget_limit\": {\"calls\": 5}}";
    var more = node.send("/v1/runs/poor/rerun?wait=30s", asked, "Idempotency-Key", "again").join();

    assertThat(json(more.body()).path("state").asText()).as(more.body()).isEqualTo("completed");
    assertThat(json(more.body()).at("/usage/calls").asInt()).isEqualTo(1);
    var same = node.send("/v1/runs/poor/rerun", asked, "Idempotency-Key", "again").join();
    assertThat(same.statusCode()).as(same.body()).isEqualTo(202);
    var other =
        node.send("/v1/runs/poor/rerun", "{\"id\": \"richer\"}", "Idempotency-Key", "again").join();
    assertThat(other.statusCode()).as(other.body()).isEqualTo(422);
  }

  @Test
  @Tag("UDF-18")
  void sendsALiveRunSignalsAndRaisesItsBudget() {
    submit(
        """
        {"id": "live", "policy": {"budget_limit": {"calls": 1, "tokens": 100000}}, "tasks": [
          {"id": "go", "kind": "wait", "duration_ms": 3600000},
          {"id": "a", "kind": "llm", "model": "solo", "prompt": "$go", "max_tokens": 2},
          {"id": "b", "kind": "llm", "model": "solo", "prompt": "$a", "max_tokens": 2}]}
        """);
    refused(409, "run_not_ended", "/v1/runs/live/rerun", "");
    refused(409, "task_state", "/v1/runs/live/retry", "");
    refused(400, "invalid_input", "/v1/runs/live/budget", "{\"budget_limit\": {\"tokens\": 5}}");
    refused(400, "unknown_key", "/v1/runs/live/signal", "{\"nam\": \"x\", \"name\": \"go\"}");

    accepted("/v1/runs/live/budget", "{\"budget_limit\": {\"calls\": 2}}");
    accepted("/v1/runs/live/signal", "{\"name\": \"go\", \"payload\": \"now\"}");

    var run = awaitOver("live");
    assertThat(run.path("state").asText()).as(run.toString()).isEqualTo("completed");
    assertThat(run.at("/tasks/go/output").asText()).isEqualTo("now");
    refused(409, "run_completed", "/v1/runs/live/retry", "");
  }

  @Test
  @Tag("UDF-18")
  void retriesAllFailedStepsOfALiveRun() {
    submit(
        """
        {"id": "flaky", "policy": {"failure_mode": "isolate"}, "tasks": [
          {"id": "a", "kind": "http", "url": "ftp://none", "retry": {"preset": "none"}},
          {"id": "b", "kind": "join", "deps": ["a"]},
          {"id": "hold", "kind": "approval", "question": "?"}]}
        """);
    await()
        .atMost(PATIENCE)
        .until(() -> run("flaky").at("/tasks/b/state").asText().equals("skipped"));

    accepted("/v1/runs/flaky/retry", "");

    await().atMost(PATIENCE).until(() -> run("flaky").at("/tasks/a/attempts").asInt() == 2);
    accepted("/v1/runs/flaky/tasks/hold/approve", "{\"comment\": \"fine\"}");
    assertThat(awaitOver("flaky").at("/tasks/hold/output/comment").asText()).isEqualTo("fine");
    assertThat(node.send("/v1/runs/flaky/tasks//retry", "").join().statusCode()).isEqualTo(404);
  }

  @Test
  @Tag("UDF-10")
  void theRunsOfATenantTogetherDoNoMoreAtATimeThanItMay() {
    for (var run : List.of("green-1", "green-2", "white-1")) {
      var calls =
          "{\"id\": \"%s\", \"tasks\": [{\"id\": \"f\", \"kind\": \"function\", \"name\": \"paced\"},"
              + " {\"id\": \"g\", \"kind\": \"function\", \"name\": \"paced\"}]}";
      assertThat(send(tenantOf(run), "/v1/runs", calls.formatted(run)).statusCode()).isEqualTo(202);
    }

    var first = json(send("green", TAKE, "").body()).path("id").asText();
    assertThat(send("green", TAKE, "").statusCode()).isEqualTo(200);
    assertThat(send("white", TAKE, "").statusCode()).isEqualTo(200);
    assertThat(send("white", TAKE, "").statusCode()).isEqualTo(200);
    assertThat(send("green", "/v1/functions/paced/take?wait=1s", "").statusCode()).isEqualTo(204);
    send("green", "/v1/functions/paced/finish", "{\"id\": \"%s\"}".formatted(first));

    assertThat(send("green", TAKE, "").statusCode()).isEqualTo(200);
    for (var run : List.of("green-1", "green-2", "white-1")) {
      send(tenantOf(run), "/v1/runs/" + run + "/abort", "");
    }
  }

  private static String tenantOf(String run) {
    return run.substring(0, run.indexOf('-'));
  }

  private static final String TAKE = "/v1/functions/paced/take?wait=30s";

  private static HttpResponse<String> send(String key, String path, String body) {
    return node.send(path, body, "Authorization", "Bearer " + key).join();
  }

  @Test
  @Tag("TR-3")
  void whatANodeHasNoRoomForIsRefusedForNowAndTakenLater() {
    submit(waiting("first", 60));

    var refused = node.send("/v1/runs", waiting("second", 60)).join();
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    var error = json(refused.body()).path("error");
    assertThat(error.path("code").asText()).isEqualTo("graph_full");
    assertThat(error.path("type").asText()).isEqualTo("rate_limit_error");
    assertThat(error.path("message").asText()).contains("troupe.run.max-resident-steps");
    submit(waiting("beside", 30));
    refused(429, "graph_full", "/v1/runs/first/tasks", waiting("", 40));
    // With what the run has, these never fit.
    refused(413, "too_large", "/v1/runs/first/tasks", waiting("", 41));
    refused(413, "too_large", "/v1/runs", waiting("second", 101));
    accepted("/v1/runs/beside/abort", "");
    accepted("/v1/runs/first/abort", "");

    await()
        .atMost(PATIENCE)
        .until(() -> node.send("/v1/runs", waiting("second", 60)).join().statusCode() == 202);
    accepted("/v1/runs/second/abort", "");
  }

  /// A run, or an addition where it has no id, of steps that wait for long.
  private static String waiting(String id, int steps) {
    var tasks =
        IntStream.range(0, steps)
            .mapToObj(
                "{\"id\": \"w%s%%d\", \"kind\": \"wait\", \"duration_ms\": 3600000}".formatted(id)
                    ::formatted)
            .collect(Collectors.joining(", "));
    return "{%s\"tasks\": [%s]}".formatted(id.isEmpty() ? "" : "\"id\": \"" + id + "\", ", tasks);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/runs?on_conflict=foo|on_conflict|invalid_input",
        "/v1/runs?wait=abc|wait|invalid_input",
        "/v1/runs?wait=1&wait=2|wait|invalid_input",
        "/v1/runs?wiat=30s|wiat|unknown_key",
        "/v1/runs/nowhere/abort?force=true|force|unknown_key",
        "/v1/plans?wait=1|wait|unknown_key",
        "/v1/schedules?dry=1|dry|unknown_key",
        "/v1/functions/f/take?wait=soon|wait|invalid_input",
        "/v1/functions/f/finish?wait=1|wait|unknown_key"
      })
  void refusesParametersThatMeanNothing(String path, String parameter, String code) {
    var answer = node.send(path, "{}").join();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    var error = json(answer.body()).path("error");
    assertThat(error.path("param").asText()).isEqualTo(parameter);
    assertThat(error.path("code").asText()).isEqualTo(code);
    assertThat(node.get("/v1/runs/nowhere/events?follow=false").statusCode()).isEqualTo(400);
  }

  @Test
  void anAnswerThatNobodyWaitsForIsRefused() {
    // For ten seconds after it begins, a function's actor may have calls that it was not told of.
    await()
        .atMost(PATIENCE)
        .until(() ->
            node.send("/v1/functions/f/finish", "{\"id\": \"x\"}").join().statusCode() == 404);

    refused(404, "call_not_found", "/v1/functions/f/fail", "{\"id\": \"x\"}");
  }

  @Test
  void attachesToARunThatIsThereWhereTheClientSaysSo() {
    var plan = "{\"id\": \"mine\", \"tasks\": [{\"id\": \"a\", \"kind\": \"join\"}]}";
    submit(plan);

    refused(409, "run_exists", "/v1/runs", plan);
    refused(409, "run_exists", "/v1/runs?on_conflict=reject", plan);
    assertThat(node.send("/v1/runs?on_conflict=attach", plan).join().statusCode()).isEqualTo(202);
  }

  @Test
  @Tag("UDF-7")
  void saysWhatARunOfAPlanWouldLookLikeTakeAndCost() {
    var first = preview(OUTLINE.formatted("processing"));

    assertThat(first.at("/analysis/strategy_used").asText()).isEqualTo("heuristic");
    assertThat(first.path("stages"))
        .hasToString("[[\"step-1\",\"step-2\"],[\"step-3\"],[\"step-4\"]]");
    assertThat(first.at("/graph/edges")).hasSize(3);
    // Four calls of 5 s, of which two at a time.
    assertThat(first.at("/estimated/seconds").asDouble()).isEqualTo(15);
    assertThat(first.path("speedup").asDouble()).isEqualTo(1.33);
    assertThat(first.at("/estimated/calls").asInt()).isEqualTo(4);
    assertThat(first.at("/estimated/cost/amount").decimalValue()).isPositive();
    assertThat(first.path("issues")).isEmpty();

    var edited = preview(OUTLINE.formatted("research"));

    assertThat(edited.path("stages"))
        .hasToString("[[\"step-1\",\"step-2\",\"step-3\"],[\"step-4\"]]");
    assertThat(edited.at("/graph/edges")).isNotEqualTo(first.at("/graph/edges"));
  }

  private static final String OUTLINE =
      """
      {"model": "solo", "analysis": {"strategy": "heuristic"}, "plan": {
        "locale": "en-US", "has_enough_context": false, "thought": "", "title": "Cities", "steps": [
          {"need_search": true, "title": "Oslo", "description": "Facts", "step_type": "research"},
          {"need_search": true, "title": "Rome", "description": "Facts", "step_type": "research"},
          {"need_search": false, "title": "Compare", "description": "", "step_type": "%s"},
          {"need_search": false, "title": "Report", "description": "", "step_type": "reporting"}]}}
      """;

  @Test
  void saysWhatWouldBeInTheWayOfARun() {
    var preview =
        preview(
            """
            {"policy": {"timeout_ms": 1000, "budget_limit": {"amount": 0.000001, "currency": "USD"}},
             "tasks": [
              {"id": "a", "kind": "llm", "model": "nobody", "prompt": "x"},
              {"id": "b", "kind": "llm", "model": "solo", "prompt": "x"}]}
            """);

    assertThat(preview.path("issues"))
        .extracting(issue -> issue.path("code").asText())
        .containsExactly("model_unknown", "budget_exceeded", "timeout");
    refused(
        422,
        "dep_not_found",
        "/v1/plans",
        "{\"tasks\": [{\"id\": \"a\", \"kind\": \"join\", \"deps\": [\"z\"]}]}");
    assertThat(node.get("/v1/plans").statusCode()).isEqualTo(405);
  }

  private static JsonNode preview(String plan) {
    var answer = node.send("/v1/plans", plan).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer.body());
  }

  private static void accepted(String path, String body) {
    var answer = node.send(path, body).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static void refused(int status, String code, String path, String body) {
    var answer = node.send(path, body).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(json(answer.body()).at("/error/code").asText()).isEqualTo(code);
  }

  private static JsonNode awaitOver(String run) {
    return await().atMost(PATIENCE).until(() -> run(run), view -> !view.path("ended_at").isNull());
  }

  private static void awaitAll(String key, int count) {
    await()
        .atMost(PATIENCE)
        .until(() -> list(key, "?state=completed").path("data").size() == count);
  }

  private static JsonNode list(String key, String parameters) {
    var answer = node.get("/v1/runs" + parameters, "Authorization", "Bearer " + key);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer.body());
  }

  private static List<String> ids(JsonNode list) {
    var ids = new ArrayList<String>();
    list.path("data").forEach(run -> ids.add(run.path("id").asText()));
    return ids;
  }

  private static void begin(String key, String id, String metadata) {
    var answer =
        node.send(
                "/v1/runs",
                """
                {"id": "%s", "metadata": %s, "tasks": [{"id": "a", "kind": "wait", "duration_ms": 1}]}
                """
                    .formatted(id, metadata),
                "Authorization",
                "Bearer " + key)
            .join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
  }

  private static HttpResponse<String> submit(String body) {
    var answer = node.send("/v1/runs", body).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return answer;
  }

  private static JsonNode run(String id) {
    return json(node.get("/v1/runs/" + id).body());
  }
}
