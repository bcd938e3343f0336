package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.node.TestNode.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Plans that are sent to a node, executed on engines, services and workers.
@Timeout(120)
class RunEndToEndTest {

  private static final TestEngine engine =
      TestEngine.start("solo", "solo", 4, "--max-model-tokens=150000");

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
            troupe.run.roles { fast = solo }
            """);
  }

  @AfterAll
  static void stop() {
    node.close();
    engine.close();
  }

  @Test
  void aPromptLongerThanTheEngineTakesSaysWhatMakesItShorter() {
    node.send("/v1/runs?wait=30s", plan("long", step("a", "word ".repeat(200_000)))).join();

    assertThat(awaitOver("long").at("/tasks/a/error/message").asText())
        .contains("maximum context length")
        .contains("policy.context_policy")
        .contains("max_tokens");
  }

  @Test
  @Tag("RT-1")
  void executesAPlanOfItsPredecessorWithItsFields() {
    var submitted =
        node.send(
                "/api/v1/runs",
                """
                {"id": "classic",
                 "policy": {"timeout_ms": 60000, "max_parallelism": 2,
                            "budget_limit": {"amount": 5, "currency": "USD"}},
                 "tasks": [
                   {"id": "a", "prompt": "Collect.", "model": "solo"},
                   {"id": "b", "prompt": "Collect more.", "model": "solo"},
                   {"id": "sum", "prompt": "Sum up.", "model": "solo", "deps": ["a", "b"]}]}
                """)
            .join();

    assertThat(submitted.statusCode()).as(submitted.body()).isEqualTo(202);
    assertThat(json(submitted.body()).path("id").asText()).isEqualTo("classic");
    var run = awaitOver("classic");
    assertThat(run.path("state").asText()).isEqualTo("completed");
    for (var task : List.of("a", "b", "sum")) {
      assertThat(run.at("/tasks/" + task + "/state").asText()).isEqualTo("completed");
      assertThat(run.at("/tasks/" + task + "/output").asText()).isNotBlank();
    }
    assertThat(run.at("/usage/tokens").asLong()).isPositive();
    assertThat(run.at("/usage/cost/amount").decimalValue()).isPositive();
    assertThat(run.at("/usage/cost/currency").asText()).isEqualTo("USD");
    assertThat(run.path("created_at").asLong()).isPositive();

    var program = node.program("classic");
    assertThat(program.path("completed_calls").asInt()).isEqualTo(3);
  }

  @ParameterizedTest
  @Tag("RT-1")
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | 400 | invalid_input",
        "{\"tasks\": [{\"id\": \"a\", \"prompt\": \"x\", \"model\": \"solo\", \"deps\": [\"b\"]},"
            + " {\"id\": \"b\", \"prompt\": \"x\", \"model\": \"solo\", \"deps\": [\"a\"]}]}"
            + " | 422 | dag_cycle",
        "{\"tasks\": [{\"id\": \"a\", \"prompt\": \"x\", \"model\": \"solo\", \"deps\": [\"z\"]}]}"
            + " | 422 | dep_not_found",
        "{\"tasks\": [{\"id\": \"a\", \"prompt\": \"x\", \"model\": \"nobody\"}]}"
            + " | 422 | model_unknown",
        "{\"tasks\": [{\"id\": \"a\", \"prompt\": \"x\", \"model\": \"role:painter\"}]}"
            + " | 422 | model_unknown",
        "{\"tasks\": [{\"id\": \"a\", \"kind\": \"map\", \"items\": [1], \"steps\":"
            + " [{\"id\": \"b\", \"kind\": \"llm\", \"prompt\": \"x\", \"model\": \"nobody\"}]}]}"
            + " | 422 | model_unknown",
        "{\"tasks\": [{\"id\": \"a\", \"prompt\": \"x\", \"model\": \"solo\", \"typo\": 1}]}"
            + " | 400 | unknown_key",
        "{\"tasks\": [{\"id\": \"a\", \"prompt\": \"x\", \"model\": \"solo\"}],"
            + " \"webhook\": {\"url\": \"http://h/\", \"events\": [\"x\"]}} | 400 | invalid_input",
        "not json | 400 | invalid_input"
      })
  void refusesWhatIsNoPlanWithItsCode(String body, int status, String code) {
    var answer = node.send("/v1/runs", body).join();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(json(answer.body()).at("/error/code").asText()).isEqualTo(code);
    assertThat(json(answer.body()).at("/error/message").asText()).isNotBlank();
  }

  @Test
  @Tag("RT-1")
  void refusesASecondRunOfOneIdUnlessItHasTheSameKey() {
    var body = plan("twice", step("a", "prompt"));
    assertThat(node.send("/v1/runs", body).join().statusCode()).isEqualTo(202);
    var second = node.send("/v1/runs", body).join();
    assertThat(second.statusCode()).isEqualTo(409);
    assertThat(json(second.body()).at("/error/code").asText()).isEqualTo("run_exists");

    var nameless = "{\"tasks\": [" + step("a", "prompt") + "]}";
    var first = node.send("/v1/runs", nameless, "Idempotency-Key", "k-1").join();
    var again = node.send("/v1/runs", nameless, "Idempotency-Key", "k-1").join();
    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(json(again.body()).path("id")).isEqualTo(json(first.body()).path("id"));

    var other = "{\"tasks\": [" + step("b", "prompt") + "]}";
    var reused = node.send("/v1/runs", other, "Idempotency-Key", "k-1").join();
    assertThat(reused.statusCode()).as(reused.body()).isEqualTo(422);
    assertThat(json(reused.body()).at("/error/code").asText()).isEqualTo("idempotency_key_reused");
  }

  @Test
  @Tag("RT-14")
  void aRoleThatNothingIsSaidOfIsPlayedByAModelThatIsServed() {
    node.send(
            "/v1/runs?wait=30s",
            """
            {"id": "cast", "tasks": [
              {"id": "a", "kind": "llm", "model": "role:flagship", "prompt": "x", "max_tokens": 3}]}
            """)
        .join();

    assertThat(awaitOver("cast").path("state").asText()).isEqualTo("completed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/runs/none", "/v1/runs/none/events"})
  void saysThatThereIsNoSuchRun(String path) {
    assertThat(node.get(path).statusCode()).isEqualTo(404);
  }

  @Test
  @Tag("UDF-15")
  void handsResultsOnToServicesAndWaitsForTheEnd() throws IOException {
    var service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    service.createContext(
        "/double",
        exchange -> {
          var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          var doubled = "{\"n\": " + 2 * json(body).path("n").asInt() + "}";
          exchange.sendResponseHeaders(200, doubled.length());
          exchange.getResponseBody().write(doubled.getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    service.start();
    try {
      var url = "http://127.0.0.1:" + service.getAddress().getPort() + "/double";
      var answer =
          node.send(
                  "/v1/runs?wait=30s",
                  """
                  {"id": "doubled", "tasks": [
                    {"id": "one", "kind": "http", "method": "POST", "url": "%1$s", "body": {"n": 4}},
                    {"id": "two", "kind": "http", "method": "POST", "url": "%1$s",
                     "body": {"n": "$one.n"}}]}
                  """
                      .formatted(url))
              .join();

      var run = json(answer.body());
      assertThat(run.path("state").asText()).as(answer.body()).isEqualTo("completed");
      assertThat(run.at("/tasks/two/output/n").asInt()).isEqualTo(16);
    } finally {
      service.stop(0);
    }
  }

  @Test
  void workersOutsideMakeTheCallsOfFunctions() {
    node.send(
            "/v1/runs",
            """
            {"id": "worked", "tasks": [
              {"id": "f", "kind": "function", "name": "reverse", "args": {"text": "abc"}}]}
            """)
        .join();

    var call = json(node.send("/v1/functions/reverse/take?wait=30s", "").join().body());
    assertThat(call.at("/arguments/text").asText()).isEqualTo("abc");
    var id = call.path("id").asText();
    assertThat(
            json(node.send("/v1/functions/reverse/extend", "{\"id\": \"%s\"}".formatted(id))
                    .join()
                    .body())
                .path("is_held")
                .asBoolean())
        .isTrue();
    node.send("/v1/functions/reverse/finish", "{\"id\": \"%s\", \"result\": \"cba\"}".formatted(id))
        .join();

    assertThat(awaitOver("worked").at("/tasks/f/output").asText()).isEqualTo("cba");
  }

  @Test
  @Tag("UDF-18")
  void stopsForAPersonAndGoesOnWithTheAnswer() {
    node.send(
            "/v1/runs",
            """
            {"id": "asked", "tasks": [
              {"id": "ok", "kind": "approval", "question": "Go on?"},
              {"id": "then", "prompt": "Go.", "model": "solo", "deps": ["ok"]}]}
            """)
        .join();
    await()
        .atMost(PATIENCE)
        .until(() -> run("asked").at("/tasks/ok/waits_for").asText().equals("approval"));

    assertThat(node.send("/v1/runs/asked/tasks/ok/approve", "").join().statusCode()).isEqualTo(200);

    assertThat(awaitOver("asked").path("state").asText()).isEqualTo("completed");
  }

  @Test
  @Tag("RT-20")
  void anAbortEndsItsCallsOnTheirEngine() {
    node.send(
            "/v1/runs",
            """
            {"id": "endless", "tasks": [
              {"id": "a", "prompt": "Tell.", "model": "solo", "max_tokens": 100000}]}
            """)
        .join();
    engine.awaitRunning(1);

    var aborted = node.send("/v1/runs/endless/abort", "").join();

    assertThat(aborted.statusCode()).isEqualTo(200);
    engine.awaitRunning(0);
    var over = awaitOver("endless");
    assertThat(over.path("state").asText()).isEqualTo("aborted");
    assertThat(over.at("/tasks/a/error/code").asText()).isEqualTo("cancelled");
    assertThat(node.send("/v1/runs/endless/abort", "").join().statusCode()).isEqualTo(200);
  }

  @Test
  @Tag("RT-17")
  void tellsItsEventsFromWhereTheClientWas() {
    node.send("/v1/runs?wait=30s", plan("told", step("a", "One."), step("b", "Two."))).join();

    var all = node.get("/v1/runs/told/events").body();
    assertThat(all).contains("event: submitted").contains("event: run_ended");
    var numbers = all.lines().filter(line -> line.startsWith("id: ")).toList();
    assertThat(numbers).hasSizeGreaterThan(4).doesNotHaveDuplicates();
    assertThat(numbers.getFirst()).isEqualTo("id: 1");
  }

  @Test
  @Tag("UDF-20")
  void reportsHowWellARunWent() {
    node.send("/v1/runs", plan("measured", step("a", "one"), step("b", "two"))).join();
    awaitOver("measured");

    var report = json(node.get("/v1/runs/measured/report").body());

    assertThat(report.path("steps").path("completed").asInt()).isEqualTo(2);
    assertThat(report.path("speedup_ratio").asDouble()).isPositive();
    assertThat(report.path("stages")).hasSize(1);
    assertThat(report.path("alerts")).isEmpty();
    assertThat(node.get("/v1/runs/unheard-of/report").statusCode()).isEqualTo(404);
  }

  private static JsonNode awaitOver(String run) {
    return await().atMost(PATIENCE).until(() -> run(run), view -> !view.path("ended_at").isNull());
  }

  private static JsonNode run(String id) {
    HttpResponse<String> answer = node.get("/v1/runs/" + id);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer.body());
  }

  private static String plan(String id, String... steps) {
    return "{\"id\": \"%s\", \"tasks\": [%s]}".formatted(id, String.join(", ", steps));
  }

  private static String step(String id, String prompt) {
    return "{\"id\": \"%s\", \"prompt\": \"%s\", \"model\": \"solo\", \"max_tokens\": 5}"
        .formatted(id, prompt);
  }
}
