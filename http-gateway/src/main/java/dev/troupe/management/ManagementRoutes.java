package dev.troupe.management;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds by its path who answers a request. Every path is there to be read, none to be written.
final class ManagementRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(ManagementRoutes.class);
  private static final ContentType METRICS =
      ContentTypes.parse("text/plain; version=0.0.4; charset=utf-8");
  private static final List<String> PATHS =
      List.of("/alive", "/ready", "/cluster/members", "/status", "/metrics");

  private final ActorSystem<?> system;
  private final Readiness readiness;
  private final StatusGathering status;
  private final Supplier<String> metrics;
  private final Optional<Bootstrap> bootstrap;

  /// @param limit for the answer to each question inside
  ManagementRoutes(
      ActorSystem<?> system,
      ManagementPorts ports,
      Readiness readiness,
      Duration limit,
      Optional<Bootstrap> bootstrap) {
    this.system = system;
    this.readiness = readiness;
    this.status = new StatusGathering(system, ports, limit);
    this.metrics = ports.metrics();
    this.bootstrap = bootstrap;
  }

  /// Never fails.
  CompletionStage<HttpResponse> handle(HttpRequest request) {
    request.discardEntityBytes(system);
    var method = request.method();
    if (!method.equals(HttpMethods.GET) && !method.equals(HttpMethods.HEAD)) {
      return now(json(405, Map.of("error", "Only GET is served here.")));
    }
    return answer(request).exceptionally(ManagementRoutes::bug);
  }

  private CompletionStage<HttpResponse> answer(HttpRequest request) {
    var path = request.getUri().path();
    if (bootstrap.isPresent() && path.startsWith(Bootstrap.PATH)) {
      return bootstrap.get().handle(request);
    }
    return switch (path) {
      case "/alive" -> now(json(200, Map.of("status", "alive")));
      case "/ready" -> ready();
      case "/cluster/members" -> now(json(200, MemberList.of(Cluster.get(system))));
      case "/status" -> status.gather().thenApply(gathered -> json(200, gathered));
      case "/metrics" -> now(response(200, METRICS, metrics.get()));
      default -> nothing(path);
    };
  }

  private static CompletionStage<HttpResponse> nothing(String path) {
    return now(json(404, Map.of("error", "There is nothing at " + path + ".", "paths", PATHS)));
  }

  private CompletionStage<HttpResponse> ready() {
    return readiness
        .missing()
        .thenApply(missing ->
            missing
                .map(reason -> json(503, Map.of("status", "not ready", "reason", reason)))
                .orElseGet(() -> json(200, Map.of("status", "ready"))));
  }

  private static HttpResponse bug(Throwable failure) {
    LOG.error("a request to management failed unexpectedly", failure);
    return json(500, Map.of("error", "An error inside Troupe; the node's log has it."));
  }

  private static HttpResponse json(int status, Object body) {
    return response(status, ContentTypes.APPLICATION_JSON, StatusJson.write(body));
  }

  private static HttpResponse response(int status, ContentType type, String body) {
    return HttpResponse.create()
        .withStatus(StatusCodes.get(status))
        .withEntity(type, ByteString.fromString(body));
  }

  private static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedStage(response);
  }
}
