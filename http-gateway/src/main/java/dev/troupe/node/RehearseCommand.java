package dev.troupe.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.troupe.simulated.SimulatedEngine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/// Starts a node in an empty folder, serves one call of a simulated engine and stops: what every start
/// loads is loaded then, and the JVM can write it down for the next ones.
@Command(name = "rehearse", hidden = true, description = "Loads what a node loads.")
final class RehearseCommand implements Callable<Integer> {

  private static final int LIMIT_SECONDS = 60;

  private static final String CALL =
      """
      {"model":"rehearsal","stream":true,"max_tokens":2,"messages":[{"role":"user","content":"Go"}]}
      """;

  @Override
  public Integer call() throws Exception {
    var folder = Files.createTempDirectory("troupe-rehearsal");
    try (var engine = SimulatedEngine.start("--port=0", "--models=rehearsal", "--slots=1");
        var client = HttpClient.newHttpClient()) {
      var config = Configuration.load(Optional.empty(), settings(folder, engine.url()));
      var node =
          Node.start(config, Optional.empty())
              .toCompletableFuture()
              .get(LIMIT_SECONDS, TimeUnit.SECONDS);
      node.models().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
      var url =
          "http://127.0.0.1:" + node.gateway().orElseThrow().getPort() + "/v1/chat/completions";
      client.send(
          HttpRequest.newBuilder(URI.create(url))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(CALL, UTF_8))
              .build(),
          BodyHandlers.discarding());
      node.stop().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } finally {
      delete(folder);
    }
    return 0;
  }

  private static Map<String, Object> settings(Path folder, URI engine) {
    return Map.of(
        "troupe.gateway.port",
        0,
        "troupe.cluster.port",
        0,
        "troupe.management.port",
        0,
        "troupe.storage.directory",
        folder.toString(),
        "troupe.embedded-engine.enabled",
        "off",
        "troupe.engines",
        List.of(Map.of("name", "rehearsal", "dialect", "vllm", "url", engine.toString())),
        "pekko.coordinated-shutdown.exit-jvm",
        "off");
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
