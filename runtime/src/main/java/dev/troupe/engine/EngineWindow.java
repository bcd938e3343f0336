package dev.troupe.engine;

/// How much an engine may have in flight: calls, and the KV cache tokens they may come to hold.
///
/// The window keeps the engine's own queue near zero, so that calls wait where they can still be
/// reordered. It is told what the engine reports and what becomes of its calls, and decides.
public interface EngineWindow {

  /// Calls the engine may have in flight; at least 1.
  int slots();

  /// KV cache tokens that calls in flight may come to hold; [Credit#UNLIMITED] where nothing
  /// bounds them.
  long kvTokens();

  /// The engine has answered a probe.
  ///
  /// @param inFlight leases out when it did
  /// @param kvTokensBeforeLatest KV cache tokens that they may come to hold, but for the latest: that
  ///     one may have been larger than what was left
  void observed(EngineStatus status, int inFlight, long kvTokensBeforeLatest);

  /// The engine would not take a call: it is too busy.
  ///
  /// @param inFlight leases out when it did, that of the call included
  void refused(int inFlight);

  /// A call has been served to its end.
  ///
  /// @param inFlight leases out before it ended
  /// @param kvTokensInFlight KV cache tokens they might come to hold
  void ended(int inFlight, long kvTokensInFlight);
}
