package dev.troupe.simulation.physics;

/// What an engine of a kind can do: a model on certain accelerators.
///
/// @param name such as `A100-8B`
/// @param kvTokens tokens its KV memory holds; the rest of a block of 16 is left out
/// @param contextTokens longest prompt and output that the model takes, together
/// @param stepTokens token budget of a step; more than `maxSequences`
/// @param maxSequences calls that run at once, at most
/// @param order in which it admits the calls that wait in it, and gives them up when memory is short
public record EngineProfile(
    String name,
    StepTime stepTime,
    long kvTokens,
    int contextTokens,
    int stepTokens,
    int maxSequences,
    EngineOrder order) {

  /// Tokens of one block of an engine's KV memory: vLLM's.
  public static final int BLOCK_TOKENS = 16;

  public EngineProfile {
    if (kvTokens < BLOCK_TOKENS || contextTokens < 1) {
      throw new IllegalArgumentException(name + ": no memory, or no context");
    }
    if (maxSequences < 1 || stepTokens <= maxSequences) {
      throw new IllegalArgumentException(
          name + ": a step must hold a token of each call and some of a prompt");
    }
  }

  /// Whether an otherwise empty engine can serve such a call.
  public boolean fits(int promptTokens, int outputTokens) {
    long tokens = (long) promptTokens + outputTokens;
    return tokens <= contextTokens && blocks(tokens - 1) <= kvTokens / BLOCK_TOKENS;
  }

  /// KV blocks that so many tokens take.
  static long blocks(long tokens) {
    return (tokens + BLOCK_TOKENS - 1) / BLOCK_TOKENS;
  }
}
