package dev.troupe.engine;

/// How full an engine is.
///
/// @param inFlight leases out
/// @param kvTokens tokens of KV cache that they may come to hold, shared ones counted each time
/// @param waiting calls waiting in the engine itself, as it last said
/// @param isShared whether schedulers of several models send it calls
public record EngineLoad(int inFlight, long kvTokens, int waiting, boolean isShared) {

  public static final EngineLoad IDLE = new EngineLoad(0, 0, 0);

  /// Of an engine of one model.
  public EngineLoad(int inFlight, long kvTokens, int waiting) {
    this(inFlight, kvTokens, waiting, false);
  }

  /// With one more call.
  public EngineLoad plus(long callKvTokens) {
    return new EngineLoad(inFlight + 1, kvTokens + callKvTokens, waiting, isShared);
  }

  /// Without one that did not stay.
  public EngineLoad minus(long callKvTokens) {
    return new EngineLoad(
        Math.max(0, inFlight - 1), Math.max(0, kvTokens - callKvTokens), waiting, isShared);
  }
}
