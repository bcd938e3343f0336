package dev.troupe.node;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.actor.CallsActor;
import dev.troupe.cluster.ClusterSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.Kill;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.Cluster;

/// A node in this JVM, in front of simulated engines, as its clients see it: by sockets. What no
/// client may do or see is done by its actors' paths.
final class TestNode implements AutoCloseable {

  /// Bound of every wait; reached only by what hangs.
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String IN_TESTS =
      """
      troupe.gateway.port = 0
      troupe.management.port = 0
      troupe.embedded-engine.enabled = off
      troupe.engine-search.enabled = off
      troupe.storage.directory = "%s"
      troupe.engine { probe-interval = 200ms, window.kind = fixed, breaker.open-time = 500ms }
      pekko.coordinated-shutdown { exit-jvm = off, run-by-jvm-shutdown-hook = off }
      pekko.loglevel = "WARNING"
      """;

  private final Node node;
  private final URI url;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private TestNode(Node node) {
    this.node = node;
    this.url = URI.create("http://127.0.0.1:" + node.gateway().orElseThrow().getPort());
  }

  /// Starts a node and waits until all its engines answer.
  ///
  /// @param folder for its storage
  /// @param engines entries of `troupe.engines`
  /// @param settings of the configuration, as HOCON
  static TestNode start(Path folder, List<String> engines, String settings) {
    var started =
        new TestNode(
            Node.start(config(folder, engines, settings))
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join());
    await()
        .atMost(PATIENCE)
        .until(() -> started.enginesThat("is_reachable").count() >= engines.size());
    return started;
  }

  /// The whole configuration of a node.
  static Config config(Path folder, List<String> engines, String settings) {
    return ClusterSettings.nodeConfig(
        ConfigFactory.parseString(settings)
            .withFallback(
                ConfigFactory.parseString("troupe.engines = [" + String.join(",", engines) + "]"))
            .withFallback(ConfigFactory.parseString(IN_TESTS.formatted(folder))));
  }

  /// What an application in the node's JVM has of it.
  ActorSystem<?> system() {
    return node.system();
  }

  TestManagement management() {
    return TestManagement.of(node.management());
  }

  int port() {
    return url.getPort();
  }

  /// The setting that makes another node join this one.
  String asSeed() {
    var address = Cluster.get(node.system()).selfAddress();
    return "troupe.cluster.seeds = [\"%s:%d\"]%n"
        .formatted(address.getHost().orElseThrow(), address.getPort().orElseThrow());
  }

  /// Waits until it knows these engines, on whichever node, to answer.
  void awaitEngines(String... engines) {
    await()
        .atMost(PATIENCE)
        .until(() -> enginesThat("is_reachable").toList().containsAll(List.of(engines)));
  }

  /// A request without an answer yet.
  CompletableFuture<HttpResponse<String>> send(String path, String body, String... headers) {
    var request =
        HttpRequest.newBuilder(url.resolve(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.sendAsync(request.build(), BodyHandlers.ofString())
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /// A call that is named and answered by one JSON object.
  CompletableFuture<HttpResponse<String>> call(String program, String call, String body) {
    return send("/v1/chat/completions", body, "X-Program-Id", program, "X-Call-Id", call);
  }

  /// A call over a connection of its own, that can be cut.
  TestCall open(String program, String call, String body) {
    return TestCall.open(port(), program, call, body);
  }

  HttpResponse<String> get(String path, String... headers) {
    var request = HttpRequest.newBuilder(url.resolve(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException("GET " + path, failed);
    }
  }

  HttpResponse<String> delete(String path) {
    try {
      return http.send(
          HttpRequest.newBuilder(url.resolve(path)).DELETE().build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException("DELETE " + path, failed);
    }
  }

  JsonNode program(String id) {
    return json(get("/v1/programs/" + id).body());
  }

  /// The view of one call of a program.
  JsonNode callOf(String program, String call) {
    for (var view : program(program).path("calls")) {
      if (view.path("id").asText().equals(call)) {
        return view;
      }
    }
    return JSON.missingNode();
  }

  void awaitWaiting(String program) {
    await().atMost(PATIENCE).until(() -> program(program).path("state").asText().equals("waiting"));
  }

  /// Leases out, on all engines together.
  int leases() {
    int leases = 0;
    for (var engine : json(get("/v1/engines").body()).path("data")) {
      leases += engine.path("in_flight").asInt();
    }
    return leases;
  }

  boolean isReachable(String engine) {
    return enginesThat("is_reachable").anyMatch(engine::equals);
  }

  private Stream<String> enginesThat(String flag) {
    var engines = json(get("/v1/engines").body()).path("data");
    return IntStream.range(0, engines.size())
        .mapToObj(engines::get)
        .filter(engine -> engine.path(flag).asBoolean())
        .map(engine -> engine.path("id").asText());
  }

  /// Calls that callers on this node have open.
  int openCalls() {
    return AskPattern.<CallsActor.Command, Integer>ask(
            calls(), CallsActor.Count::new, PATIENCE, node.system().scheduler())
        .toCompletableFuture()
        .join();
  }

  private ActorRef<CallsActor.Command> calls() {
    return Adapter.toTyped(
        Adapter.toClassic(node.system())
            .actorSelection("/system/calls")
            .resolveOne(PATIENCE)
            .toCompletableFuture()
            .join());
  }

  /// Makes the scheduler of a model fail.
  void failScheduler(String model) {
    fail("scheduler", model);
  }

  /// Makes the actors of all programs fail.
  void failPrograms() {
    fail("program", "*");
  }

  private void fail(String type, String entity) {
    Adapter.toClassic(node.system())
        .actorSelection("/system/sharding/" + type + "/*/" + entity)
        .tell(Kill.getInstance(), org.apache.pekko.actor.ActorRef.noSender());
  }

  @Override
  public void close() {
    http.shutdownNow();
    node.stop().toCompletableFuture().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException(text, broken);
    }
  }

  /// The body of a chat of one message.
  static String chat(String model, String text, int outputTokens) {
    return chat(model, text, outputTokens, false);
  }

  static String streamedChat(String model, String text, int outputTokens) {
    return chat(model, text, outputTokens, true);
  }

  private static String chat(String model, String text, int outputTokens, boolean isStreamed) {
    var body =
        JSON.createObjectNode()
            .put("model", model)
            .put("stream", isStreamed)
            .put("max_tokens", outputTokens);
    body.putArray("messages").addObject().put("role", "user").put("content", text);
    return body.toString();
  }
}
