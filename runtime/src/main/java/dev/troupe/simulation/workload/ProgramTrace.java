package dev.troupe.simulation.workload;

import java.util.List;

/// One recorded or generated program.
///
/// @param kind label such as `chat`, `react` or `search`
/// @param tenant who it belongs to
/// @param arrivalNanos when it begins
/// @param blockTokens tokens of one block of its prompts
/// @param calls in a topological order
public record ProgramTrace(
    String id,
    String kind,
    String tenant,
    long arrivalNanos,
    int blockTokens,
    List<CallTrace> calls) {

  public ProgramTrace {
    calls = List.copyOf(calls);
    if (calls.isEmpty() || blockTokens < 1 || arrivalNanos < 0) {
      throw new IllegalArgumentException("a program has calls, blocks and an arrival");
    }
  }

  /// The same program at another time.
  public ProgramTrace arrivingAt(long arrivalNanos) {
    return new ProgramTrace(id, kind, tenant, arrivalNanos, blockTokens, calls);
  }

  /// The same program under another id.
  ProgramTrace named(String id) {
    return new ProgramTrace(id, kind, tenant, arrivalNanos, blockTokens, calls);
  }

  /// The same program with other calls.
  ProgramTrace with(List<CallTrace> calls) {
    return new ProgramTrace(id, kind, tenant, arrivalNanos, blockTokens, calls);
  }
}
