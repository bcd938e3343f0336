package dev.troupe.engine;

import dev.troupe.program.Call;

/// Permission to run one call on one engine. It is not work: the call's actor takes one lease and
/// declines any other.
///
/// @param level priority class the call was dispatched from, 0 first; passed on to engines that take
///     a priority
/// @param promoted whether it was dispatched because its program was starving
/// @param why what decided for this engine
public record Lease(
    Id id, Call.Id call, EngineEndpoint engine, int level, boolean promoted, Why why) {

  /// Names a lease. Unique across engines and restarts.
  public record Id(String value) {}

  /// Why this engine.
  ///
  /// @param rule the rule that decided, such as `prefix` or `least-loaded`
  /// @param prefixTokens prompt tokens expected in the engine's KV cache
  public record Why(String rule, int prefixTokens) {}
}
