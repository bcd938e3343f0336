package dev.troupe.connector;

import dev.troupe.actor.EngineTransport;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineEndpoint.PriorityOrder;
import dev.troupe.engine.EngineId;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.stream.Materializer;

/// Finds out what answers at some URL.
///
/// Engines name themselves as owners of the models that they list (`owned_by`). A server that names
/// nobody it knows is left alone: it may be another gateway, or this one.
public final class EngineSearch {

  private final EngineProbe probe;
  private final Optional<String> apiKey;

  /// @param apiKey sent as a bearer token
  public EngineSearch(
      EngineTransport transport,
      ConnectorSettings settings,
      Materializer materializer,
      Optional<String> apiKey) {
    this.probe = new EngineProbe(transport, settings.probeTimeout(), materializer);
    this.apiKey = apiKey;
  }

  /// The dialect of the engine at a URL; empty when there is none that is known. Does not fail.
  public CompletionStage<Optional<Dialect>> recognize(URI url) {
    var place =
        new EngineEndpoint(
            new EngineId(url.getAuthority()), Dialect.OPENAI, url, apiKey, PriorityOrder.NONE);
    return probe
        .ask(place, "/v1/models")
        .handle(
            (models, failure) -> failure == null ? ModelOwners.dialect(models) : Optional.empty());
  }
}
