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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Runs that tell somebody of their events.
@Timeout(120)
@Tag("RT-17")
class WebhookEndToEndTest {

  private static final String SETTINGS =
      """
      troupe.run.webhook { first-pause = 20ms, longest-pause = 100ms, attempts = 5 }
      troupe.run.wake-interval = 500ms
      troupe.run.allowed-hosts = ["127.0.0.1"]
      """;

  private record Received(String id, String timestamp, String signature, String body) {

    JsonNode json() {
      return TestNode.json(body);
    }

    String type() {
      return json().path("type").asText();
    }
  }

  private final List<Received> received = new CopyOnWriteArrayList<>();

  /// How many more are refused, with 503.
  private final AtomicInteger refusals = new AtomicInteger();

  @TempDir private Path folder;
  private HttpServer receiver;

  @BeforeEach
  void listen() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    receiver.createContext(
        "/",
        exchange -> {
          var headers = exchange.getRequestHeaders();
          var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          boolean isRefused = refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
          if (!isRefused) {
            received.add(
                new Received(
                    headers.getFirst("webhook-id"),
                    headers.getFirst("webhook-timestamp"),
                    String.valueOf(headers.getFirst("webhook-signature")),
                    body));
          }
          exchange.sendResponseHeaders(isRefused ? 503 : 204, -1);
          exchange.close();
        });
    receiver.start();
  }

  @AfterEach
  void close() {
    receiver.stop(0);
  }

  @Test
  void tellsEveryEventInOrderAlsoAReceiverThatRefusesSome() throws Exception {
    refusals.set(3);
    try (var node = TestNode.start(folder, List.of(), SETTINGS)) {
      submit(node, "told", "\"secret\": \"whsec_AQIDBA==\"");
      awaitLast("run.run_ended");

      assertThat(received)
          .extracting(each -> each.json().at("/data/sequence").asInt())
          .containsExactlyElementsOf(IntStream.rangeClosed(1, received.size()).boxed().toList());
      assertThat(received).extracting(Received::id).doesNotHaveDuplicates();
      assertThat(received.getFirst().type()).isEqualTo("run.submitted");
      for (var each : received) {
        assertThat(each.signature()).isEqualTo("v1," + signature(each));
        assertThat(each.body()).doesNotContain("whsec_");
      }
      assertThat(node.get("/v1/runs/told/events").body())
          .contains("webhook_set")
          .doesNotContain("whsec_");
    }
  }

  @Test
  void tellsOnlyWhatWasAskedFor() {
    try (var node = TestNode.start(folder, List.of(), SETTINGS)) {
      submit(node, "some", "\"events\": [\"step_finished\", \"run_ended\"]");
      awaitLast("run.run_ended");

      assertThat(received)
          .extracting(Received::type)
          .containsExactly("run.step_finished", "run.step_finished", "run.run_ended");
    }
  }

  @Test
  void goesOnAfterWhatWasTakenWhenTheNodeBeginsAnew() {
    try (var node = TestNode.start(folder, List.of(), SETTINGS)) {
      node.send(
              "/v1/runs",
              """
              {"id": "anew", "webhook": {"url": "%s"}, "tasks": [
                {"id": "a", "kind": "join"}, {"id": "ask", "kind": "approval", "question": "?"}]}
              """
                  .formatted(url()))
          .join();
      awaitLast("run.step_started");
      await().atMost(PATIENCE).until(() -> received.size() >= 5);
    }
    int before = received.size();
    try (var node = TestNode.start(folder, List.of(), SETTINGS)) {
      node.send("/v1/runs/anew/tasks/ask/approve", "").join();
      awaitLast("run.run_ended");

      // What was taken just before the end may come once more; nothing is left out.
      assertThat(received.stream().map(Received::id).distinct().count())
          .isEqualTo(json(node.get("/v1/runs/anew").body()).path("sequence").asLong());
      assertThat(received.subList(before, received.size()))
          .extracting(each -> each.json().at("/data/sequence").asInt())
          .isSorted()
          .first()
          .satisfies(first -> assertThat((int) first).isGreaterThanOrEqualTo(before - 1));
    }
  }

  @Test
  void givesUpAReceiverThatTakesNothingAndOnlyThenTheRunIsOver() {
    refusals.set(Integer.MAX_VALUE);
    var forgetful =
        SETTINGS + "troupe.run.stored-retention = 1ms, troupe.storage.expiry-interval = 100ms";
    try (var node = TestNode.start(folder, List.of(), forgetful)) {
      submit(node, "deaf", "\"events\": []");
      await()
          .atMost(PATIENCE)
          .until(() -> json(node.get("/v1/runs").body()).path("data").isEmpty());

      assertThat(Integer.MAX_VALUE - refusals.get()).isEqualTo(5);
      assertThat(received).isEmpty();
    }
  }

  @Test
  void refusesAReceiverThatMayNotBeAsked() {
    try (var node = TestNode.start(folder, List.of(), SETTINGS)) {
      for (var webhook :
          List.of(
              "{\"url\": \"http://169.254.169.254/\"}",
              "{\"url\": \"http://127.0.0.1:1/\", \"secret\": \"whsec_%\"}",
              "{\"url\": \"http://127.0.0.1:1/\", \"events\": [\"nothing\"]}")) {
        var answer =
            node.send(
                    "/v1/runs",
                    "{\"tasks\": [{\"id\": \"a\", \"kind\": \"join\"}], \"webhook\": %s}"
                        .formatted(webhook))
                .join();

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json(answer.body()).at("/error/param").asText()).startsWith("/webhook/");
      }
    }
  }

  private void submit(TestNode node, String id, String more) {
    var answer =
        node.send(
                "/v1/runs",
                """
                {"id": "%s", "webhook": {"url": "%s", %s}, "tasks": [
                  {"id": "a", "kind": "join"}, {"id": "b", "kind": "join", "deps": ["a"]}]}
                """
                    .formatted(id, url(), more))
            .join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
  }

  private String url() {
    return "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook";
  }

  private void awaitLast(String type) {
    await()
        .atMost(PATIENCE)
        .until(() -> !received.isEmpty() && received.getLast().type().equals(type));
  }

  private static String signature(Received received) throws Exception {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(new byte[] {1, 2, 3, 4}, "HmacSHA256"));
    var signed = received.id() + "." + received.timestamp() + "." + received.body();
    return Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
  }
}
