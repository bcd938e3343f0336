package dev.troupe.engine;

/// Names one model server with its KV cache.
public record EngineId(String value) {
  public EngineId {
    if (value.isBlank()) {
      throw new IllegalArgumentException("an engine needs a name");
    }
  }
}
