package dev.troupe.schedule;

/// The ways to choose an engine that can be configured.
public enum PlacementRule {
  /// Each engine in its turn.
  ROUND_ROBIN,
  /// Fewest calls in flight.
  LEAST_LOADED,
  /// Least `waiting × 4 + running`.
  WAITING_WEIGHTED,
  /// All calls of a program on one engine.
  CONSISTENT_HASH,
  /// Long calls of a program on one engine, short ones anywhere: the 2048-token rule.
  TOKEN_THRESHOLD,
  /// Where most of the prompt is cached, with bounded load.
  PREFIX_AWARE,
  /// Where the call delays all calls least, by what is cached and what runs there.
  ADDED_DELAY
}
