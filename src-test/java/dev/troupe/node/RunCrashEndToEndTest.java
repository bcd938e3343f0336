package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.node.TestNode.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node that is killed in the middle of a run, and started again. A service outside counts how often each
/// step was made.
@Timeout(180)
class RunCrashEndToEndTest {

  private static final int STEPS = 6;
  private static final int HELD = 3;

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, Integer> made = new ConcurrentHashMap<>();
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch free = new CountDownLatch(1);
  private final TestEngine engine = TestEngine.start("solo", "solo", 1);
  private HttpServer service;

  @BeforeEach
  void startService() throws IOException {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    service.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    service.createContext("/step/", this::serve);
    service.start();
  }

  @AfterEach
  void stopService() {
    free.countDown();
    service.stop(0);
    http.shutdownNow();
    engine.close();
  }

  /// The first to ask for one step waits until the test lets it go.
  private void serve(HttpExchange exchange) throws IOException {
    var step = exchange.getRequestURI().getPath().substring("/step/".length());
    int times = made.merge(step, 1, Integer::sum);
    if (step.equals("s" + HELD) && times == 1) {
      reached.countDown();
      try {
        free.await();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
    var answer = "\"%s done\"".formatted(step).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  @Test
  @Tag("RT-22")
  @Tag("UDF-17")
  void aRunGoesOnAfterItsNodeWasKilledAndMakesNoFinishedStepAgain() throws Exception {
    try (var node = NodeProcess.start(folder, settings())) {
      post(node, "/v1/runs", plan());
      reached.await();
      node.kill();
    }
    try (var node = NodeProcess.start(folder, settings())) {
      await()
          .atMost(PATIENCE)
          .until(() -> !get(node, "/v1/runs/durable").path("ended_at").isNull());

      var run = get(node, "/v1/runs/durable");
      assertThat(run.path("state").asText()).as(run.toString()).isEqualTo("completed");
      assertThat(run.at("/tasks/s6/output").asText()).isEqualTo("s6 done");
      assertThat(made)
          .as(events(node))
          .isEqualTo(
              IntStream.rangeClosed(1, STEPS)
                  .boxed()
                  .collect(Collectors.toMap(step -> "s" + step, step -> step == HELD ? 2 : 1)));
    }
  }

  /// A chain; steps that only read may be made again.
  private String plan() {
    var url = "http://127.0.0.1:" + service.getAddress().getPort() + "/step/";
    var steps =
        IntStream.rangeClosed(1, STEPS)
            .mapToObj(step ->
                "{\"id\": \"s%1$d\", \"kind\": \"http\", \"method\": \"GET\", \"url\": \"%2$ss%1$d\", \"deps\": [%3$s]}"
                    .formatted(step, url, step == 1 ? "" : "\"s" + (step - 1) + "\""))
            .collect(Collectors.joining(", "));
    return "{\"id\": \"durable\", \"tasks\": [%s]}".formatted(steps);
  }

  private String settings() {
    return """
    troupe.engine-search.enabled = off
    troupe.engines = [%s]
    troupe.run.wake-interval = 500ms
    """
        .formatted(engine.entry());
  }

  private String events(NodeProcess node) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(node.url() + "/v1/runs/durable/events")).build();
    return http.send(request, BodyHandlers.ofString()).body();
  }

  private void post(NodeProcess node, String path, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(node.url() + path))
            .POST(BodyPublishers.ofString(body))
            .build();
    var answer = http.send(request, BodyHandlers.ofString());
    assertThat(List.of(200, 202)).as(answer.body()).contains(answer.statusCode());
  }

  private JsonNode get(NodeProcess node, String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(node.url() + path)).build();
    return json(http.send(request, BodyHandlers.ofString()).body());
  }
}
