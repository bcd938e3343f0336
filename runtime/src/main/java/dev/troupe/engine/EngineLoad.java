package dev.troupe.engine;

/// How full an engine is.
///
/// @param inFlight leases out
/// @param kvTokens tokens of KV cache that they may come to hold, shared ones counted each time
/// @param waiting calls waiting in the engine itself, as it last said
public record EngineLoad(int inFlight, long kvTokens, int waiting) {

  public static final EngineLoad IDLE = new EngineLoad(0, 0, 0);

  /// With one more call.
  public EngineLoad plus(long callKvTokens) {
    return new EngineLoad(inFlight + 1, kvTokens + callKvTokens, waiting);
  }

  /// Without one that did not stay.
  public EngineLoad minus(long callKvTokens) {
    return new EngineLoad(Math.max(0, inFlight - 1), Math.max(0, kvTokens - callKvTokens), waiting);
  }
}
