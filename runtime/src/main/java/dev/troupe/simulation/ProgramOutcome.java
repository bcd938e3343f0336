package dev.troupe.simulation;

import java.util.List;

/// What became of one program.
///
/// @param endNanos end of its last call
/// @param waitedNanos time its calls waited for an engine to begin with them, summed
/// @param serviceNanos engine time it was charged, as [dev.troupe.program.ServiceModel] reckons it
/// @param cachedTokens prompt tokens that an engine's cache held
/// @param calls what became of its calls, in the program's order
public record ProgramOutcome(
    String id,
    String kind,
    String tenant,
    long arrivalNanos,
    long endNanos,
    long waitedNanos,
    long serviceNanos,
    long promptTokens,
    long cachedTokens,
    long outputTokens,
    List<CallOutcome> calls) {

  /// One call's times.
  ///
  /// @param readyNanos when it was issued
  /// @param sentNanos when it was sent to its engine
  /// @param beganNanos when its engine first worked on it
  /// @param endNanos when its last token was there
  /// @param engine position of its engine
  /// @param cachedTokens of its prompt, from its engine's cache
  /// @param reprefilledTokens of its prompt that an earlier call of its program had left in some
  ///     engine's cache, and that were computed again nevertheless
  public record CallOutcome(
      List<Integer> parents,
      long readyNanos,
      long sentNanos,
      long beganNanos,
      long endNanos,
      int engine,
      int promptTokens,
      int cachedTokens,
      int reprefilledTokens,
      int outputTokens) {}

  public ProgramOutcome {
    calls = List.copyOf(calls);
  }

  /// Tokens of prompts that were prefilled though calls before had left them in a cache.
  public long reprefilledTokens() {
    return calls.stream().mapToLong(CallOutcome::reprefilledTokens).sum();
  }

  public long responseNanos() {
    return endNanos - arrivalNanos;
  }
}
