package dev.troupe.engine;

import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// An engine as the operator describes it.
///
/// @param models names it serves; empty for all that it reports
/// @param slots calls it runs at once, where it does not say so itself or should run fewer
/// @param kvTokens tokens its KV cache holds, where it does not say so itself
public record EngineDescription(
    EngineEndpoint endpoint, Set<String> models, OptionalInt slots, OptionalLong kvTokens) {
  public EngineDescription {
    models = Set.copyOf(models);
  }
}
