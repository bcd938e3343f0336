package dev.troupe.simulation.physics;

import dev.troupe.simulation.workload.BlockRuns;

/// What a call asks of an engine.
///
/// @param promptTokens at least 1
/// @param outputTokens tokens to generate, at least 1
/// @param prompt the whole blocks of the prompt; blocks beyond its tokens are ignored
/// @param kept the blocks in the cache after the end; begins with those of the prompt
/// @param blockTokens tokens of each of these blocks: a multiple of 16
/// @param priority lower is earlier; only for [EngineOrder#PRIORITY]
public record Demand(
    int promptTokens,
    int outputTokens,
    BlockRuns prompt,
    BlockRuns kept,
    int blockTokens,
    int priority) {

  public Demand {
    if (promptTokens < 1 || outputTokens < 1) {
      throw new IllegalArgumentException("a call has a prompt and an output");
    }
    if (blockTokens < 1 || blockTokens % EngineProfile.BLOCK_TOKENS != 0) {
      throw new IllegalArgumentException(
          "blocks of a multiple of " + EngineProfile.BLOCK_TOKENS + " tokens, not " + blockTokens);
    }
    if (kept.length() < prompt.length()) {
      throw new IllegalArgumentException("the blocks kept begin with those of the prompt");
    }
  }
}
