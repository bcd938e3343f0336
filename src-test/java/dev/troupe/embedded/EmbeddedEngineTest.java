package dev.troupe.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troupe.embedded.EmbeddedEngineActor.GivenUp;
import dev.troupe.embedded.EmbeddedEngineActor.Lost;
import dev.troupe.embedded.EmbeddedEngineActor.Serving;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real server with the real model. Fetches both where they are not in the user's cache yet.
class EmbeddedEngineTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ActorTestKit testKit = ActorTestKit.create();
  private static final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final TestProbe<EmbeddedEngineActor.Event> events = testKit.createTestProbe();
  private static final EmbeddedEngine engine =
      EmbeddedEngine.prepare(
          EmbeddedEngineSettingsTest.settings("context-tokens = 512, threads = 1"),
          CacheFolder.ofUser(),
          TerminalProgress.onStandardError());
  private static final ActorRef<EmbeddedEngineActor.Command> actor =
      testKit.spawn(engine.supervised(events.ref()));

  private static Serving serving = new Serving(0, Duration.ZERO);

  @BeforeAll
  static void awaitEngine() {
    serving = events.expectMessageClass(Serving.class, PATIENCE);
  }

  @AfterAll
  static void stop() {
    var stopped = testKit.<Done>createTestProbe();
    actor.tell(new EmbeddedEngineActor.Stop(stopped.ref()));
    stopped.expectMessageClass(Done.class, PATIENCE);
    assertThat(isAlive(serving.pid())).isFalse();
    http.shutdownNow();
    testKit.shutdownTestKit();
  }

  @Test
  void answersAQuestion() {
    var answer = chat(user("Name the capital of France."), 24);

    assertThat(answer.at("/choices/0/message/content").asText()).contains("Paris");
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(answer.at("/model").asText()).isEqualTo("smollm2-135m-instruct");
  }

  /// So that a search for engines knows llama.cpp's server when it meets it.
  @Test
  void saysWhoItIs() throws Exception {
    var models =
        JSON.readTree(
            text(HttpRequest.newBuilder(engine.endpoint().url().resolve("/v1/models")).build())
                .body());

    assertThat(models.at("/data/0/owned_by").asText()).isEqualTo("llamacpp");
  }

  @Test
  void streamsTokenByTokenAndEndsWithTheUsage() throws Exception {
    var body =
        "{%s, \"stream\": true, \"stream_options\": {\"include_usage\": true}}"
            .formatted(members(user("Count to ten."), 12) + ", \"ignore_eos\": true");

    List<String> chunks;
    try (Stream<String> lines =
        http.send(post("/v1/chat/completions", body), BodyHandlers.ofLines()).body()) {
      chunks =
          lines
              .filter(line -> line.startsWith("data: "))
              .map(line -> line.substring("data: ".length()))
              .toList();
    }

    assertThat(chunks.getLast()).isEqualTo("[DONE]");
    var usage = JSON.readTree(chunks.get(chunks.size() - 2)).at("/usage");
    assertThat(usage.at("/completion_tokens").asInt()).isEqualTo(12);
    assertThat(chunks.stream().filter(chunk -> chunk.contains("\"content\":\"")))
        .hasSizeGreaterThan(5);
  }

  @Test
  void countsThePromptAsTheModelReadsIt() throws Exception {
    var messages = user("How many tokens is this?");

    var prompt = send("/apply-template", "{\"messages\": " + messages + "}").at("/prompt");
    var tokens = send("/tokenize", "{\"parse_special\": true, \"content\": " + prompt + "}");
    var usage = chat(messages, 3).at("/usage");

    assertThat(usage.at("/prompt_tokens").asInt()).isEqualTo(tokens.at("/tokens").size());
    assertThat(usage.at("/completion_tokens").asInt()).isEqualTo(3);
  }

  @Test
  void servesSeveralCallsAtOnce() {
    var answers =
        IntStream.range(0, 4)
            .mapToObj(at -> CompletableFuture.supplyAsync(() -> chat(user("Story " + at), 16)))
            .toList();

    for (var answer : answers) {
      assertThat(answer.join().at("/usage/completion_tokens").asInt()).isEqualTo(16);
    }
    assertThat(metric("llamacpp:n_busy_slots_per_decode")).isGreaterThan(1.0);
  }

  @Test
  void doesNotPrefillTheSecondTurnAgain() {
    var question = "\"role\": \"user\", \"content\": \"Name a colour of the rainbow.\"";
    var first = chat("[{" + question + "}]", 12);
    var answer = first.at("/choices/0/message/content");
    var second =
        chat(
            "[{%s}, {\"role\": \"assistant\", \"content\": %s}, {\"role\": \"user\", \"content\": \"And one more?\"}]"
                .formatted(question, answer),
            12);

    // All that the first turn left in the slot but its last token.
    assertThat(second.at("/usage/prompt_tokens_details/cached_tokens").asInt())
        .isGreaterThanOrEqualTo(first.at("/usage/prompt_tokens").asInt());
  }

  @Test
  void callsAToolThatItIsMadeToCall() {
    var body =
        "{%s, \"tools\": [%s], \"tool_choice\": \"required\"}"
            .formatted(
                members(
                    "[{\"role\": \"user\", \"content\": \"What is the weather in Paris?\"},"
                        + " {\"role\": \"assistant\", \"content\": \"<tool_call>\\n\"}]",
                    120),
                """
                {"type": "function", "function": {"name": "get_weather",
                 "parameters": {"type": "object", "properties": {"city": {"type": "string"}},
                                "required": ["city"]}}}\
                """);

    var call = send("/v1/chat/completions", body).at("/choices/0/message/tool_calls/0");

    assertThat(call.at("/function/name").asText()).isEqualTo("get_weather");
    assertThat(call.at("/function/arguments").asText()).contains("city");
    assertThat(call.at("/id").asText()).isNotBlank();
  }

  @Test
  void servesAgainAtTheSameAddressAfterItsProcessWasKilled() {
    long killed = serving.pid();
    assertThat(ProcessHandle.of(killed).orElseThrow().destroyForcibly()).isTrue();

    var lost = events.expectMessageClass(Lost.class, PATIENCE);
    serving = events.expectMessageClass(Serving.class, PATIENCE);

    assertThat(lost.exitCode()).isEqualTo(128 + 9);
    assertThat(serving.pid()).isNotEqualTo(killed);
    assertThat(chat(user("Hello"), 2).at("/usage/completion_tokens").asInt()).isEqualTo(2);
  }

  @Test
  void staysDownWithOneClearLineWhenTheModelCannotBeLoaded(@TempDir Path folder)
      throws IOException {
    var broken = Files.writeString(folder.resolve("broken.gguf"), "GGUF, but no more than that");
    var settings = EmbeddedEngineSettingsTest.settings("model = \"" + broken + "\"");
    var listener = testKit.<EmbeddedEngineActor.Event>createTestProbe();
    var doomed =
        testKit.spawn(
            EmbeddedEngine.prepare(settings, CacheFolder.ofUser(), Progress.silent())
                .supervised(listener.ref()));

    var givenUp = listener.expectMessageClass(GivenUp.class, PATIENCE);

    assertThat(givenUp.why()).startsWith("cannot load " + broken).doesNotContain("\n");
    var stopped = testKit.<Done>createTestProbe();
    doomed.tell(new EmbeddedEngineActor.Stop(stopped.ref()));
    stopped.expectMessageClass(Done.class);
  }

  @Test
  void refusesAModelThatIsNotThere() {
    var settings = EmbeddedEngineSettingsTest.settings("model = /nowhere/mine.gguf");

    assertThatThrownBy(
            () -> EmbeddedEngine.prepare(settings, CacheFolder.ofUser(), Progress.silent()))
        .isInstanceOf(EmbeddedEngineException.class)
        .hasMessage("troupe.embedded-engine.model: no such file: /nowhere/mine.gguf");
  }

  @Test
  void refusesAModelThatIsNone(@TempDir Path folder) throws IOException {
    var text = Files.writeString(folder.resolve("notes.txt"), "dear diary");
    var settings = EmbeddedEngineSettingsTest.settings("model = \"" + text + "\"");

    assertThatThrownBy(
            () -> EmbeddedEngine.prepare(settings, CacheFolder.ofUser(), Progress.silent()))
        .hasMessage("troupe.embedded-engine.model: no GGUF file: " + text);
  }

  @Test
  void saysWhatToInstallWhenThereIsNoPython() {
    var settings = EmbeddedEngineSettingsTest.settings("python = /bin/false");

    assertThatThrownBy(
            () -> EmbeddedEngine.prepare(settings, CacheFolder.ofUser(), Progress.silent()))
        .isInstanceOf(EmbeddedEngineException.class)
        .hasMessageContaining("apt install python3");
  }

  @Test
  void leavesNoOrphanWhenItsNodeIsKilled() throws Exception {
    var node =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                EmbeddedNode.class.getName(),
                CacheFolder.ofUser().path().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = node.inputReader(UTF_8)) {
      var line = output.lines().filter(it -> it.startsWith("serving ")).findFirst().orElseThrow();
      var orphan =
          ProcessHandle.of(Long.parseLong(line.substring("serving ".length()))).orElseThrow();

      node.destroyForcibly();

      assertThat(orphan.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS).isAlive()).isFalse();
    } finally {
      node.destroyForcibly();
    }
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static String user(String text) {
    return "[{\"role\": \"user\", \"content\": \"" + text + "\"}]";
  }

  private static String members(String messages, int maxTokens) {
    return "\"temperature\": 0, \"max_tokens\": %d, \"messages\": %s"
        .formatted(maxTokens, messages);
  }

  private static JsonNode chat(String messages, int maxTokens) {
    return send("/v1/chat/completions", "{" + members(messages, maxTokens) + "}");
  }

  private static double metric(String name) {
    var request = HttpRequest.newBuilder(engine.endpoint().url().resolve("/metrics")).build();
    return text(request)
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode send(String path, String body) {
    var response = text(post(path, body));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    try {
      return JSON.readTree(response.body());
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private static HttpRequest post(String path, String body) {
    return HttpRequest.newBuilder(engine.endpoint().url().resolve(path))
        .timeout(PATIENCE)
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private static HttpResponse<String> text(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException | InterruptedException failure) {
      throw new AssertionError(failure);
    }
  }
}
