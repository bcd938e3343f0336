package dev.troupe.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SimulatedEngineTest {

  private static final String QUESTION =
      "\"messages\":[{\"role\":\"user\",\"content\":\"What is on the stage tonight, and for whom?\"}]";

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client = HttpClient.newHttpClient();
  private SimulatedEngine engine = SimulatedEngine.start("--port=0");

  @AfterEach
  void stop() {
    client.shutdownNow();
    engine.close();
  }

  @Test
  void answersWithAsManyTokensAsAskedFor() throws Exception {
    start("--decode-micros=100");

    var answer = json.readTree(post("{\"model\":\"simulated\",\"max_tokens\":5," + QUESTION + "}"));

    assertThat(answer.at("/choices/0/message/content").asText().split(" ")).hasSize(5);
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(5);
  }

  @Test
  void streamsTheAnswerThatItWouldGiveWhole() throws Exception {
    start("--decode-micros=100");
    var question = "{\"model\":\"simulated\",\"max_tokens\":12," + QUESTION;

    var whole = json.readTree(post(question + "}"));
    var events = events(post(question + ",\"stream\":true}"));

    var text = new StringBuilder();
    events.forEach(event -> text.append(event.at("/choices/0/delta/content").asText()));
    assertThat(text).hasToString(whole.at("/choices/0/message/content").asText());
    // One to open, and one for each token.
    assertThat(events).hasSize(13);
    assertThat(events).noneMatch(event -> event.has("usage"));
  }

  @Test
  void reportsUsageInAStreamWhenAsked() throws Exception {
    start("--decode-micros=0", "--block-tokens=4");
    var question =
        "{\"model\":\"simulated\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
            + QUESTION
            + "}";

    post(question);
    var usage = events(post(question)).getLast();

    // The messages have 73 bytes: 18 tokens, four full blocks of four.
    assertThat(usage.path("choices")).isEmpty();
    assertThat(usage.at("/usage/prompt_tokens").asInt()).isEqualTo(18);
    assertThat(usage.at("/usage/prompt_tokens_details/cached_tokens").asInt()).isEqualTo(16);
  }

  @Test
  void runsNoMoreThanItsSlotsAndServesTheRestInOrder() throws Exception {
    start("--slots=1");
    engine.inject(new Fault.Hang(), 1);

    var first = send("first", 0);
    when(stats -> stats.running() == 1);
    var second = send("second", 0);
    var third = send("third", 0);
    when(stats -> stats.waiting() == 2);
    assertThat(get("/metrics").body())
        .contains("vllm:num_requests_waiting{engine=\"0\",model_name=\"simulated\"} 2.0");
    first.cancel(true);

    second.join();
    third.join();
    assertThat(engine.stats().aborted()).isEqualTo(1);
    assertThat(engine.stats().executions("second")).isEqualTo(1);
  }

  @Test
  void servesALowerPriorityFirstWhenTold() {
    start("--slots=1", "--priority");
    engine.inject(new Fault.Hang(), 3);
    var blocking = send("blocking", 0);
    when(stats -> stats.running() == 1);
    send("late", 5);
    when(stats -> stats.waiting() == 1);
    send("early", -5);
    when(stats -> stats.waiting() == 2);

    blocking.cancel(true);

    var next = when(stats -> stats.started() == 2);
    assertThat(next.executions()).containsOnlyKeys("blocking", "early");
  }

  @Test
  void refusesAPriorityUnlessTold() {
    assertThat(send("one", 1).join().statusCode()).isEqualTo(400);
  }

  @Test
  void freesTheSlotOfAClientThatLeavesInTheMiddleOfAStream() throws Exception {
    start("--slots=1", "--decode-micros=1000000");

    var response =
        client.send(
            completion("stream", "{\"model\":\"simulated\",\"stream\":true," + QUESTION + "}"),
            BodyHandlers.ofInputStream());
    assertThat(response.body().read()).isPositive();
    response.body().close();

    assertThat(when(stats -> stats.aborted() == 1).running()).isZero();
  }

  @Test
  void breaksInTheMiddleOfAStreamOnDemand() throws Exception {
    get("/health");
    var asked =
        client.send(
            HttpRequest.newBuilder(engine.url().resolve("/sim/fault"))
                .POST(BodyPublishers.ofString("{\"kind\":\"break-mid-stream\",\"after_tokens\":3}"))
                .build(),
            BodyHandlers.ofString());

    assertThat(asked.statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> post("{\"model\":\"simulated\",\"stream\":true," + QUESTION + "}"))
        .isInstanceOf(IOException.class);
    assertThat(engine.stats().broken()).isEqualTo(1);
  }

  @Test
  void breaksBeforeTheFirstByteOnDemand() {
    engine.inject(new Fault.BreakBeforeFirstByte(), 1);

    assertThatThrownBy(() -> post("{\"model\":\"simulated\"," + QUESTION + "}"))
        .isInstanceOf(IOException.class);
    assertThat(engine.stats().executions()).hasSize(1);
  }

  @Test
  void answersWithAnErrorStatusOnDemand() {
    engine.inject(new Fault.Status(503), 1);

    assertThat(send("one", 0).join().statusCode()).isEqualTo(503);
    assertThat(send("two", 0).join().statusCode()).isEqualTo(200);
  }

  @Test
  void refusesConnectionsForAWhileOnDemand() throws Exception {
    engine.inject(new Fault.Refuse(Duration.ofHours(1)), 1);

    assertThatThrownBy(() -> get("/health")).isInstanceOf(ConnectException.class);
  }

  @Test
  void asksForAToolWhenTold() throws Exception {
    start("--tool-arguments={\"city\":\"Oslo\"}", "--decode-micros=0");
    var question =
        "{\"model\":\"simulated\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}],"
            + QUESTION;

    var call = json.readTree(post(question + "}")).at("/choices/0/message/tool_calls/0");
    var arguments = new StringBuilder();
    for (var event : events(post(question + ",\"stream\":true}"))) {
      var piece = event.at("/choices/0/delta/tool_calls/0/function/arguments");
      arguments.append(piece.asText());
    }

    assertThat(call.at("/function/name").asText()).isEqualTo("weather");
    assertThat(call.at("/id").asText()).startsWith("call_");
    assertThat(arguments).hasToString("{\"city\":\"Oslo\"}");
  }

  @Test
  void refusesWhatItDoesNotServe() throws Exception {
    start("--api-key=secret");
    assertThat(send("one", 0).join().statusCode()).isEqualTo(401);
    start("--models=other");
    assertThat(send("one", 0).join().statusCode()).isEqualTo(404);
    start("--max-model-tokens=10");
    assertThat(send("one", 0).join().statusCode()).isEqualTo(400);
    assertThat(get("/v1/models").body()).contains("\"max_model_len\":10");
  }

  private void start(String... flags) {
    engine.close();
    engine =
        SimulatedEngine.start(
            Stream.concat(Stream.of("--port=0"), Stream.of(flags)).toArray(String[]::new));
  }

  private SimulatedStats when(Predicate<SimulatedStats> condition) {
    return engine.when(condition).toCompletableFuture().join();
  }

  private CompletableFuture<HttpResponse<String>> send(String id, int priority) {
    var body =
        "{\"model\":\"simulated\",\"max_tokens\":1,\"priority\":" + priority + "," + QUESTION + "}";
    return client.sendAsync(completion(id, body), BodyHandlers.ofString());
  }

  private String post(String body) throws IOException, InterruptedException {
    return client.send(completion("any", body), BodyHandlers.ofString()).body();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(engine.url().resolve(path)).build(), BodyHandlers.ofString());
  }

  private HttpRequest completion(String id, String body) {
    return HttpRequest.newBuilder(engine.url().resolve("/v1/chat/completions"))
        .header("X-Request-Id", id)
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private List<JsonNode> events(String stream) {
    assertThat(stream).endsWith("data: [DONE]\n\n");
    return Stream.of(stream.split("\n\n"))
        .map(event -> event.substring("data: ".length()))
        .filter(data -> !data.equals("[DONE]"))
        .map(this::read)
        .toList();
  }

  private JsonNode read(String data) {
    try {
      return json.readTree(data);
    } catch (IOException e) {
      throw new AssertionError(data, e);
    }
  }
}
