package dev.troupe.simulation.physics;

import dev.troupe.simulation.workload.BlockRuns;
import java.util.ArrayList;
import java.util.List;

/// Writes down what an engine tells, as `end a 12` and times in microseconds.
final class EngineLog implements EngineModel.Listener<String> {

  final List<String> lines = new ArrayList<>();
  // Of the same events, to the nanosecond.
  final List<Long> times = new ArrayList<>();

  @Override
  public void began(String call, int cachedTokens, long atNanos) {
    times.add(atNanos);
    lines.add(
        "begin " + call + " " + atNanos / 1000 + (cachedTokens > 0 ? " +" + cachedTokens : ""));
  }

  @Override
  public void ended(String call, long atNanos) {
    times.add(atNanos);
    lines.add("end " + call + " " + atNanos / 1000);
  }

  static BlockRuns run(long first, int count) {
    return new BlockRuns(new long[] {first}, new int[] {count});
  }

  /// Without blocks that anyone could share.
  static Demand demand(int promptTokens, int outputTokens) {
    return new Demand(promptTokens, outputTokens, BlockRuns.NONE, BlockRuns.NONE, 16, 0);
  }

  /// The blocks hold 16 tokens and are all that the cache keeps.
  static Demand demand(int promptTokens, int outputTokens, BlockRuns prompt) {
    return new Demand(promptTokens, outputTokens, prompt, prompt, 16, 0);
  }

  static Demand urgent(int promptTokens, int outputTokens, int priority) {
    return new Demand(promptTokens, outputTokens, BlockRuns.NONE, BlockRuns.NONE, 16, priority);
  }
}
