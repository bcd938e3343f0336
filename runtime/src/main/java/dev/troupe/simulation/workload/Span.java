package dev.troupe.simulation.workload;

/// One span of an exported trace, as far as a replay needs it.
///
/// @param line where it begins in its file, counted from 1
/// @param trace the trace it belongs to
/// @param parent id of the span it is part of; empty where it has none
/// @param startNanos wall time, since 1970
/// @param endNanos not before the start
record Span(
    int line,
    String trace,
    String id,
    String parent,
    String name,
    long startNanos,
    long endNanos,
    Work work) {

  /// What it tells of.
  sealed interface Work {

    /// A call to a model.
    record ModelCall(String model, int promptTokens, int outputTokens) implements Work {}

    /// A call to a model that does not say how many tokens it took.
    record Uncounted() implements Work {}

    /// Another operation of generative AI, such as a tool or an agent.
    record Step() implements Work {}

    /// Anything else, such as a request by HTTP, or a call that failed.
    record Other() implements Work {}
  }
}
