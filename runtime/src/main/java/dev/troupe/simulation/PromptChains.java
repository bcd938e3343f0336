package dev.troupe.simulation;

import dev.troupe.program.PrefixChain;
import dev.troupe.simulation.workload.BlockRuns;

/// What a gateway would have seen of a prompt's beginnings.
///
/// A block's id stands for everything up to its end, as a boundary's hash does. A long prompt has
/// more blocks than a chain may have boundaries: those at multiples of a power of two are taken,
/// which prompts of different lengths have in common, and the last one.
final class PromptChains {

  private static final int MOST_MULTIPLES = PrefixChain.MAX_LENGTH - 1;

  private PromptChains() {}

  static PrefixChain of(BlockRuns blocks, int blockTokens) {
    int length = blocks.length();
    if (length == 0) {
      return PrefixChain.EMPTY;
    }
    int stride = 1;
    while (length / stride > MOST_MULTIPLES) {
      stride *= 2;
    }
    boolean lastIsMultiple = length % stride == 0;
    int boundaries = length / stride + (lastIsMultiple ? 0 : 1);
    var hashes = new long[boundaries];
    var tokens = new int[boundaries];
    int run = 0;
    int before = 0;
    for (int at = 0; at < boundaries; at++) {
      int end = Math.min((at + 1) * stride, length);
      while (before + blocks.count(run) < end) {
        before += blocks.count(run++);
      }
      hashes[at] = blocks.first(run) + (end - 1 - before);
      tokens[at] = end * blockTokens;
    }
    return new PrefixChain(hashes, tokens);
  }
}
