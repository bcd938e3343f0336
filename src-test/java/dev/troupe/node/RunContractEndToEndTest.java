package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.node.TestNode.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
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

/// The paths, fields, states and errors of the runtime predecessor, as its clients use them.
@Timeout(120)
@Tag("RT-1")
class RunContractEndToEndTest {

  private static final String RUNS = "/api/v1/runs";

  private static final String POLICY =
      "\"policy\": {\"timeout_ms\": %d, \"max_parallelism\": 2,"
          + " \"budget_limit\": {\"amount\": %s, \"currency\": \"USD\"}}";

  private static final TestEngine engine = TestEngine.start("solo", "solo", 4);

  @TempDir private static Path folder;
  private static TestNode node;

  @BeforeAll
  static void start() {
    node =
        TestNode.start(
            folder,
            List.of(engine.entry()),
            "troupe.run.models = [{ name = solo, input = 1.0, output = 2.0 }]");
  }

  @AfterAll
  static void stop() {
    node.close();
    engine.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"tasks\": [{\"id\": \"a\", \"prompt\": \"x\", \"model\": \"solo\"}]} | 400 | invalid_input",
        "{POLICY, \"tasks\": []} | 400 | invalid_input",
        "{POLICY, \"tasks\": [{\"id\": \"a\", \"model\": \"solo\"}]} | 400 | invalid_input",
        "{POLICY, \"tasks\": [{\"id\": \"a\", \"prompt\": \"x\"}]} | 400 | invalid_input",
        "{POLICY, \"tasks\": [T(a), T(a)]} | 400 | invalid_input",
        "{POLICY, \"tasks\": [T(a:a)]} | 422 | dag_cycle",
        "{POLICY, \"tasks\": [T(a:b), T(b:c), T(c:a)]} | 422 | dag_cycle",
        "{POLICY, \"tasks\": [T(a), T(b:a:a)]} | 422 | dag_invalid",
        "{POLICY, \"tasks\": [T(a:z)]} | 422 | dep_not_found",
        "{POLICY, \"program\": {\"id\": \"p\", \"priority\": 5}, \"tasks\": [T(a)]} | 400 | invalid_input"
      })
  void refusesASubmissionWithItsStatus(String body, int status, String code) {
    var answer = node.send(RUNS, written(body), "X-Runtime-Version", "v1").join();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(json(answer.body()).at("/error/code").asText()).isEqualTo(code);
  }

  @Test
  void namesTheCycle() {
    var answer = node.send(RUNS, written("{POLICY, \"tasks\": [T(a:c), T(b:a), T(c:b)]}")).join();

    assertThat(json(answer.body()).at("/error/message").asText()).contains("→");
  }

  @Test
  void takesFourMebibytesAndNotMore() {
    var large = "x".repeat((4 << 20) + 1);
    var answer =
        node.send(
                RUNS,
                "{%s, \"tasks\": [{\"id\": \"a\", \"prompt\": \"%s\", \"model\": \"solo\"}]}"
                    .formatted(POLICY.formatted(1_000, "1"), large))
            .join();

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(json(answer.body()).at("/error/code").asText()).isEqualTo("body_too_large");
  }

  @Test
  void answersForRunsThatAreNotThereAndThatAreOver() {
    assertThat(node.get(RUNS + "/none", "X-Runtime-Version", "v1").statusCode()).isEqualTo(404);
    assertThat(node.send(RUNS + "/none/abort", "").join().statusCode()).isEqualTo(404);
    submit("over", 60_000, "1", "T(a)");
    var run = awaitOver("over");
    assertThat(run.path("state").asText()).isEqualTo("completed");
    assertThat(run.at("/usage/cost/currency").asText()).isEqualTo("USD");

    refused(409, "run_completed", RUNS + "/over/abort", "");
    refused(409, "run_completed", RUNS + "/over/tasks", written("{\"tasks\": [T(z)]}"));
    refused(409, "run_exists", RUNS, body("over", 60_000, "1", "T(a)"));
  }

  @Test
  @Tag("RT-15")
  void aRunThatTakesTooLongHasTheErrorTimeout() {
    submit("slow", 300, "1", "LONG(a)");

    error("slow", "failed", "timeout", 504);
  }

  @Test
  @Tag("RT-7")
  void aRunWhoseBudgetDoesNotPayHasTheErrorBudgetExceeded() {
    submit("poor", 60_000, "0.000001", "T(a)");

    error("poor", "failed", "budget_exceeded", 422);
  }

  @Test
  @Tag("RT-20")
  void anAbortedRunHasTheErrorCancelled() {
    submit("stopped", 60_000, "1", "LONG(a)");

    assertThat(node.send(RUNS + "/stopped/abort", "").join().statusCode()).isEqualTo(200);

    error("stopped", "aborted", "cancelled", 499);
    assertThat(node.send(RUNS + "/stopped/abort", "").join().statusCode()).isEqualTo(200);
    refused(409, "run_aborted", RUNS + "/stopped/tasks", written("{\"tasks\": [T(z)]}"));
  }

  @Test
  void aRunWithAStepThatFailedHasTheErrorTaskFailed() {
    node.send(
            "/v1/runs",
            """
            {"id": "broken", "tasks": [
              {"id": "a", "kind": "http", "url": "ftp://none", "retry": {"preset": "none"}}]}
            """)
        .join();

    error("broken", "failed", "task_failed", 500);
  }

  private static void error(String run, String state, String code, int status) {
    var view = awaitOver(run);
    assertThat(view.path("state").asText()).isEqualTo(state);
    assertThat(view.at("/error/code").asText()).isEqualTo(code);
    assertThat(view.at("/error/status").asInt()).isEqualTo(status);
  }

  private static void refused(int status, String code, String path, String body) {
    var answer = node.send(path, body).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(json(answer.body()).at("/error/code").asText()).isEqualTo(code);
  }

  private static JsonNode awaitOver(String run) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> json(node.get(RUNS + "/" + run).body()), view -> !view.path("ended_at").isNull());
  }

  private static void submit(String id, int timeoutMillis, String amount, String tasks) {
    var answer = node.send(RUNS, body(id, timeoutMillis, amount, tasks)).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
  }

  private static String body(String id, int timeoutMillis, String amount, String tasks) {
    return written(
        "{\"id\": \"%s\", %s, \"tasks\": [%s]}"
            .formatted(id, POLICY.formatted(timeoutMillis, amount), tasks));
  }

  /// `T(b:a)` is a task b that depends on a; `LONG` one that does not end by itself.
  private static String written(String body) {
    return body.replace("POLICY", POLICY.formatted(60_000, "1"))
        .replaceAll("LONG\\((\\w)\\)", "T($1)\n\"max_tokens\": 100000}")
        .replaceAll("T\\((\\w)\\)\n", "{\"id\": \"$1\", \"prompt\": \"x\", \"model\": \"solo\", ")
        .replaceAll("T\\((\\w)\\)", task("$1", ""))
        .replaceAll("T\\((\\w):(\\w)\\)", task("$1", "\"$2\""))
        .replaceAll("T\\((\\w):(\\w):(\\w)\\)", task("$1", "\"$2\", \"$3\""));
  }

  private static String task(String id, String deps) {
    return "{\"id\": \"%s\", \"prompt\": \"x\", \"model\": \"solo\", \"deps\": [%s]}"
        .formatted(id, deps);
  }
}
