package dev.troupe.simulation.physics;

/// In which order an engine admits the calls that wait in it; in the reverse order it preempts them.
public enum EngineOrder {

  /// As they came.
  ARRIVAL,

  /// By priority, lower first, then as they came: vLLM with `--scheduling-policy priority`.
  PRIORITY
}
