package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `run FILE` as a process, at a node that is one.
@Timeout(180)
class RunFileCommandTest {

  private static final String PLAN =
      """
      {"id": "%s", "tasks": [
        {"id": "one", "prompt": "Say one.", "model": "solo", "max_tokens": 4},
        {"id": "two", "kind": "llm", "prompt": "After ${one}", "model": "solo", "max_tokens": 4}]}
      """;

  private static final TestEngine engine = TestEngine.start("solo", "solo", 4);

  @TempDir private static Path folder;
  private static NodeProcess node;

  @BeforeAll
  static void start() {
    node =
        NodeProcess.start(
            folder,
            "kamon.metric.tick-interval = 500ms\n"
                + "troupe.embedded-engine.enabled = off\ntroupe.engines = ["
                + engine.entry()
                + "]");
  }

  @AfterAll
  static void stop() {
    node.close();
    engine.close();
  }

  @Test
  @Tag("UDF-20")
  void showsHowAPlanGoesAndTheNodeMeasuresIt() throws Exception {
    var run = run(plan("shown", PLAN.formatted("shown")));

    assertThat(run.output())
        .startsWith("run shown")
        .contains("step started one", "step finished one", "step finished two", "run ended");
    assertThat(run.status()).isZero();
    await()
        .atMost(TestNode.PATIENCE)
        .untilAsserted(() ->
            assertThat(metrics())
                .contains("troupe_runs_total{outcome=\"completed\"}")
                .containsPattern("troupe_run_steps_total\\{.*outcome=\"completed\".*} [1-9]")
                .contains("troupe_run_duration_seconds_sum", "troupe_run_room_seconds_total")
                .contains("troupe_run_step_duration_seconds_sum{kind=\"llm\"}")
                .contains("troupe_run_step_waiting_seconds_sum{kind=\"llm\"}")
                .contains("troupe_run_stage_duration_seconds_sum"));
  }

  @Test
  void takesUpARunThatIsThereWhenToldTo() throws Exception {
    var file = plan("again", PLAN.formatted("again"));
    assertThat(run(file).status()).isZero();

    var refused = run(file);
    var resumed = run(file, "--resume");

    assertThat(refused.errors()).contains("run_exists", "--resume");
    assertThat(refused.status()).isNotZero();
    assertThat(resumed.output()).contains("run ended");
    assertThat(resumed.status()).isZero();
  }

  @Test
  void runsNoPlanAnewThatWasToBeTakenUpAndHasNoId() throws Exception {
    var resumed = run(plan("nameless", "{\"steps\": [{\"id\": \"one\"}]}"), "--resume");

    assertThat(resumed.errors()).contains("has no id");
    assertThat(resumed.output()).isEmpty();
    assertThat(resumed.status()).isNotZero();
  }

  @Test
  void endsWithAnErrorWhenTheRunFails() throws Exception {
    var run =
        run(
            plan(
                "failing",
                """
                {"id": "failing", "tasks": [
                  {"id": "bad", "kind": "http", "url": "http://127.0.0.1:1/", "retry": {"max_retries": 0}}]}
                """));

    assertThat(run.output()).contains("step failed bad");
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void saysWhereAPlanIsWrong() throws Exception {
    var run = run(plan("wrong", PLAN.formatted("wrong").replace("max_tokens", "max_token")));

    assertThat(run.errors()).contains("unknown_key", "/tasks/0", "max_tokens");
    assertThat(run.output()).isEmpty();
    assertThat(run.status()).isNotZero();
  }

  @Test
  void namesTheOptionForAKeyWhereAGatewayWantsOne() throws Exception {
    var error = new ObjectMapper().readTree("{\"code\": \"invalid_api_key\", \"param\": null}");

    assertThat(RunFileCommand.refusal(error)).contains("--key", "OPENAI_API_KEY");
  }

  private record Ended(String output, String errors, int status) {}

  private static Path plan(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name + ".json"), text);
  }

  private static Ended run(Path file, String... options) throws Exception {
    var line =
        new ArrayList<>(
            List.of("-Xmx128m", Main.class.getName(), "run", file.toString(), "--url", node.url()));
    line.addAll(List.of(options));
    var builder = TestProcess.builder(line.toArray(String[]::new));
    // The JVM says a line of its own about these.
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    var process = builder.start();
    var output = String.join("\n", process.inputReader().readAllLines());
    var errors = String.join("\n", process.errorReader().readAllLines());
    return new Ended(output, errors, process.waitFor());
  }

  private static String metrics() throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(URI.create(node.url() + "/metrics")).build(),
              BodyHandlers.ofString())
          .body();
    }
  }
}
