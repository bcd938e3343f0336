package dev.troupe.simulation.workload;

import java.util.List;

/// One call of a recorded or generated program.
///
/// @param parents positions in the program of the calls whose results it needs, each before its own
/// @param promptTokens length of the whole prompt
/// @param outputTokens tokens generated, at least 1
/// @param prompt the whole blocks of its prompt
/// @param kept the blocks an engine's cache holds once the call has ended: those of the prompt, then
///     those that its output fills, by the ids that a later prompt has for them
/// @param waitNanos time between the end of its last parent and this call
public record CallTrace(
    List<Integer> parents,
    int promptTokens,
    int outputTokens,
    BlockRuns prompt,
    BlockRuns kept,
    long waitNanos) {

  public CallTrace {
    parents = List.copyOf(parents);
    if (promptTokens < 0 || outputTokens < 1 || waitNanos < 0) {
      throw new IllegalArgumentException("negative tokens or times, or no output");
    }
  }

  /// The same call after another wait.
  CallTrace waiting(long waitNanos) {
    return new CallTrace(parents, promptTokens, outputTokens, prompt, kept, waitNanos);
  }

  /// The same call, leaving other blocks behind.
  CallTrace keeping(BlockRuns kept) {
    return new CallTrace(parents, promptTokens, outputTokens, prompt, kept, waitNanos);
  }
}
