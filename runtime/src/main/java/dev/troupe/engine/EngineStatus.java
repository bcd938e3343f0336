package dev.troupe.engine;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// What an engine says of itself when asked. Absent values are those its dialect does not report.
///
/// @param models names it answers to
/// @param slots calls it runs at once
/// @param running calls it runs now, ours and others'
/// @param waiting calls it has accepted and not begun
/// @param kvCapacityTokens tokens its KV cache holds
/// @param kvCacheUse fraction of the KV cache in use, 0–1
public record EngineStatus(
    Set<String> models,
    OptionalInt slots,
    OptionalInt running,
    OptionalInt waiting,
    OptionalLong kvCapacityTokens,
    OptionalDouble kvCacheUse) {

  public EngineStatus {
    models = Set.copyOf(models);
  }
}
