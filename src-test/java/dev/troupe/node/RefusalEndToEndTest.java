package dev.troupe.node;

import static dev.troupe.node.TestNode.chat;
import static dev.troupe.node.TestNode.json;
import static dev.troupe.node.TestNode.streamedChat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a client hears that is not served, or not yet.
@Timeout(90)
class RefusalEndToEndTest {

  private static final int ENDLESS = 100_000;

  private static final TestEngine engine = TestEngine.start("solo", "solo", 1);

  @TempDir private static Path folder;
  private static TestNode node;

  @BeforeAll
  static void start() {
    node =
        TestNode.start(
            folder,
            List.of(engine.entry()),
            """
            troupe.schedule { max-waiting = 3, shortest-retry = 2s, longest-retry = 30s }
            troupe.gateway {
              keep-alive-after = 200ms, keep-alive-interval = 200ms, max-body-bytes = 64 KiB
            }
            """);
  }

  @AfterAll
  static void stop() {
    node.close();
    engine.close();
  }

  @Test
  void fullQueueRefusesWithTheTimeAfterWhichToTryAgain() {
    try (var _ = holdTheSlot("full")) {
      var waiting =
          IntStream.range(0, 3)
              .mapToObj(at -> node.open("full-" + at, "full-" + at, chat("solo", "Hello", 1)))
              .toList();
      IntStream.range(0, 3).forEach(at -> node.awaitWaiting("full-" + at));

      var refused = node.call("late", "late", chat("solo", "Hello", 1)).join();

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
          .isBetween(2, 30);
      assertThat(error(refused).path("code").asText()).isEqualTo("queue_full");
      waiting.forEach(TestCall::close);
    }
  }

  @Test
  void unknownModelIsNotFound() {
    var answer = node.call("p", "unknown", chat("nothing", "Hello", 1)).join();

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(error(answer).path("code").asText()).isEqualTo("model_not_found");
    assertThat(error(answer).path("message").asText()).contains("nothing");
    assertThat(error(answer).path("trace_id").asText()).isNotBlank();
  }

  /// The engine takes connections and says nothing, so that its first probe takes two seconds.
  @Test
  void modelThatAnEntryNamesIsFoundBeforeItsEngineIsHeardOf() throws IOException {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var early =
            TestNode.start(
                folder.resolve("early"),
                List.of(),
                """
                troupe.engines = [
                  { name = late, models = [late], dialect = vllm, url = "http://127.0.0.1:%d" }
                ]
                """
                    .formatted(silent.getLocalPort()))) {
      var answer =
          early
              .send("/v1/chat/completions", chat("late", "Hello", 1), "X-Troupe-Deadline-Ms", "300")
              .join();

      assertThat(answer.statusCode()).isEqualTo(504);
    }
  }

  @Test
  void brokenBodyIsRefusedNamingThePlace() {
    var answer =
        node.send("/v1/chat/completions", "{\"model\": \"solo\",\n \"messages\": [}").join();

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(error(answer).path("type").asText()).isEqualTo("invalid_request_error");
    assertThat(error(answer).path("message").asText()).contains("line 2").contains("column 15");
  }

  @Test
  void waitingCallFailsAtItsDeadline() {
    try (var _ = holdTheSlot("deadline")) {
      var answer =
          node.send(
                  "/v1/chat/completions",
                  chat("solo", "Hello", 1),
                  "X-Troupe-Deadline-Ms",
                  "150",
                  "X-Call-Id",
                  "hurried")
              .join();

      assertThat(answer.statusCode()).isEqualTo(504);
      assertThat(error(answer).path("code").asText()).isEqualTo("deadline_exceeded");
    }
    assertThat(TestEngine.starts(engine.stats(), "hurried")).isZero();
  }

  @Test
  void streamEndsWithAnErrorAtItsDeadline() {
    var answer =
        node.send(
                "/v1/chat/completions",
                streamedChat("solo", "Tell", ENDLESS),
                "X-Troupe-Deadline-Ms",
                "500")
            .join();

    assertThat(answer.statusCode()).isEqualTo(200);
    var last = answer.body().strip().lines().toList().getLast();
    assertThat(json(last.substring("data: ".length())).at("/error/code").asText())
        .isEqualTo("deadline_exceeded");
    engine.awaitRunning(0);
  }

  @Test
  void tooLargeABodyIsRefusedBeforeItIsSentWhereTheClientAsks() throws IOException {
    try (var socket = new Socket("127.0.0.1", node.port());
        var answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
      var head =
          "POST /v1/chat/completions HTTP/1.1\r\nHost: here\r\nContent-Length: 100000\r\n"
              + "Expect: 100-continue\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(UTF_8));

      assertThat(answer.readLine()).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void waitingStreamIsKeptAliveByComments() {
    TestCall patient;
    try (var _ = holdTheSlot("alive")) {
      patient = node.open("patient", "patient", streamedChat("solo", "Hello", 3));

      patient.readTo("HTTP/1.1 200");
      patient.readTo(": waiting");
      patient.readTo(": waiting");
    }
    assertThat(patient.readTo(": x-troupe-engine")).contains("x-troupe-engine=solo");
    assertThat(patient.readEvents().getLast()).isEqualTo("[DONE]");
    patient.close();
  }

  private static TestCall holdTheSlot(String program) {
    engine.awaitRunning(0);
    var holder = node.open(program, program + "-hold", streamedChat("solo", "Hold on", ENDLESS));
    // Its own first token: a call whose client went away may still have the slot for a moment.
    holder.readTo("data: ");
    return holder;
  }

  private static JsonNode error(HttpResponse<String> answer) {
    return json(answer.body()).path("error");
  }
}
