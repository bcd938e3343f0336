package dev.troupe.simulation.workload;

/// A generated text: how long it is, and the ids of its whole blocks. What continues a text begins with
/// its blocks; two continuations of one text have nothing more in common.
///
/// @param tokens length
record Passage(int tokens, BlockRuns blocks) {

  static final Passage EMPTY = new Passage(0, BlockRuns.NONE);

  /// Tokens of a block, as engines have them.
  static final int BLOCK_TOKENS = 16;

  /// This text with so many tokens behind it.
  ///
  Passage then(int moreTokens, BlockNames names) {
    int longer = Math.addExact(tokens, moreTokens);
    int filled = longer / BLOCK_TOKENS - blocks.length();
    return new Passage(longer, filled == 0 ? blocks : blocks.with(names.take(filled), filled));
  }
}
