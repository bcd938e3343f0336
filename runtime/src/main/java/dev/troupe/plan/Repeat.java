package dev.troupe.plan;

/// Whether a step that may have started, and of whose end nothing is known, is started again: after a
/// loss of its node, or a timeout.
public enum Repeat {
  /// Doing it twice is doing it once: started again. The default of LLM calls.
  IDEMPOTENT,
  /// Never started a second time: the step fails instead.
  AT_MOST_ONCE,
  /// Started again until an end is known, though that may do it twice.
  AT_LEAST_ONCE
}
