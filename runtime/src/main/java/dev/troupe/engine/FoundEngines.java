package dev.troupe.engine;

import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineEndpoint.PriorityOrder;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/// The engines that were found on a node's host. One that is busy, or starts again, does not answer
/// for a while; so it stays until it has not for longer than that. Mutable, confined.
///
/// An engine is named after its place, `host:port`, so that nodes on one host that find the same mean
/// the same.
public final class FoundEngines {

  private record Found(EngineDescription engine, long seenNanos) {}

  private final Set<URI> configuredUrls = new HashSet<>();
  private final Set<EngineId> configuredNames = new HashSet<>();
  private final Optional<String> apiKey;
  private final Duration forgetAfter;
  private final Map<URI, Found> found = new TreeMap<>();

  /// @param configured engines that need not be found; the configuration knows them better
  public FoundEngines(EngineSearchSettings settings, List<EngineDescription> configured) {
    this.apiKey = settings.apiKey();
    this.forgetAfter = settings.forgetAfter();
    for (var engine : configured) {
      configuredUrls.add(engine.endpoint().url());
      configuredNames.add(engine.endpoint().id());
    }
  }

  /// Takes in what was found in one look.
  ///
  /// @return the engines that are new, or speak another dialect than before
  public List<EngineDescription> seen(Map<URI, Dialect> now, long nowNanos) {
    found.values().removeIf(known -> nowNanos - known.seenNanos() > forgetAfter.toNanos());
    return new TreeMap<>(now)
        .entrySet().stream()
            .map(entry -> describe(entry.getKey(), entry.getValue()))
            .filter(this::isNotConfigured)
            .filter(engine -> isNews(engine, nowNanos))
            .toList();
  }

  /// All that count as being there, by their place.
  public List<EngineDescription> engines() {
    return found.values().stream().map(Found::engine).toList();
  }

  private boolean isNotConfigured(EngineDescription engine) {
    return !configuredUrls.contains(engine.endpoint().url())
        && !configuredNames.contains(engine.endpoint().id());
  }

  private boolean isNews(EngineDescription engine, long nowNanos) {
    var before = found.put(engine.endpoint().url(), new Found(engine, nowNanos));
    return before == null || !before.engine().equals(engine);
  }

  private EngineDescription describe(URI url, Dialect dialect) {
    var id = new EngineId(url.getAuthority());
    var endpoint = new EngineEndpoint(id, dialect, url, apiKey, PriorityOrder.NONE);
    return new EngineDescription(endpoint, Set.of(), OptionalInt.empty(), OptionalLong.empty());
  }
}
