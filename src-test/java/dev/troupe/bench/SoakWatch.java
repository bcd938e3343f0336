package dev.troupe.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troupe.actor.CallActor;
import dev.troupe.program.ProgramRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// Looks at a node and its engines from outside.
final class SoakWatch implements AutoCloseable {

  private static final Pattern LEASES =
      Pattern.compile("troupe_engine_in_flight\\{[^}]*}\\s+([0-9.]+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final ChildProcess node;
  private final List<URI> engines;

  SoakWatch(ChildProcess node, List<URI> engines) {
    this.node = node;
    this.engines = List.copyOf(engines);
  }

  /// Has the node's garbage collected, and looks.
  SoakSample look() {
    var metrics = get(node.address().resolve("/metrics"));
    long leases =
        LEASES
            .matcher(metrics)
            .results()
            .mapToLong(at -> (long) Double.parseDouble(at.group(1)))
            .sum();
    long executions = engines.stream().mapToLong(this::executions).sum();
    var live = node.liveObjects();
    var files = node.openFiles();
    return new SoakSample(
        live.bytes(),
        node.residentBytes(),
        node.threads(),
        files.size(),
        files.stream().filter(file -> file.startsWith("socket:")).count(),
        leases,
        live.count(CallActor.class),
        live.count(ProgramRecord.class),
        executions);
  }

  @Override
  public void close() {
    client.close();
  }

  private long executions(URI engine) {
    try {
      var stats = JSON.readTree(get(engine.resolve("/sim/stats")));
      return stats.required("running").asLong() + stats.required("waiting").asLong();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String get(URI what) {
    try {
      var request = HttpRequest.newBuilder(what).timeout(Duration.ofSeconds(30)).build();
      var answer = client.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(what + " answers " + answer.statusCode());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
