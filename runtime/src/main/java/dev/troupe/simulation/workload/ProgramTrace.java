package dev.troupe.simulation.workload;

import java.util.List;
import java.util.OptionalLong;

/// One recorded or generated program.
///
/// @param kind label such as `chat`, `react` or `search`
/// @param tenant who it belongs to
/// @param arrivalNanos when it begins
/// @param blockTokens tokens of one block of its prompts
/// @param calls in a topological order
/// @param servedNanos how long it took when it was recorded, from its arrival to the end of its last call;
///     empty where that is not known, or the program is no longer the one that was recorded
public record ProgramTrace(
    String id,
    String kind,
    String tenant,
    long arrivalNanos,
    int blockTokens,
    List<CallTrace> calls,
    OptionalLong servedNanos) {

  public ProgramTrace {
    calls = List.copyOf(calls);
    if (calls.isEmpty() || blockTokens < 1 || arrivalNanos < 0) {
      throw new IllegalArgumentException("a program has calls, blocks and an arrival");
    }
  }

  /// One of which nobody knows how long it took.
  public ProgramTrace(
      String id,
      String kind,
      String tenant,
      long arrivalNanos,
      int blockTokens,
      List<CallTrace> calls) {
    this(id, kind, tenant, arrivalNanos, blockTokens, calls, OptionalLong.empty());
  }

  /// The same program, which took so long when it was recorded.
  ProgramTrace servedIn(long nanos) {
    return new ProgramTrace(
        id, kind, tenant, arrivalNanos, blockTokens, calls, OptionalLong.of(nanos));
  }

  /// The same program at another time.
  public ProgramTrace arrivingAt(long arrivalNanos) {
    return new ProgramTrace(id, kind, tenant, arrivalNanos, blockTokens, calls, servedNanos);
  }

  /// The same program under another id.
  ProgramTrace named(String id) {
    return new ProgramTrace(id, kind, tenant, arrivalNanos, blockTokens, calls, servedNanos);
  }

  /// The same program with other calls.
  ProgramTrace with(List<CallTrace> calls) {
    return new ProgramTrace(id, kind, tenant, arrivalNanos, blockTokens, calls);
  }
}
