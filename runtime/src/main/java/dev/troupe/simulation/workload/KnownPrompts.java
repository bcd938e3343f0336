package dev.troupe.simulation.workload;

import dev.troupe.program.PrefixChain;
import java.util.HashMap;
import java.util.Map;

/// The blocks of prompts of which only hashes of their beginnings are known: what two prompts have in
/// common gets the same ids in both.
///
/// A beginning ends where the first prompt that has it says so. Where the whole of a prompt ends, an
/// engine has counted; in between, the node's estimates are stretched to fit.
final class KnownPrompts {

  private final Map<Long, Passage> byHash = new HashMap<>();
  private final BlockNames names = new BlockNames(0);

  /// The whole blocks of a prompt. O(its beginnings that are new), and O(all) to find them.
  ///
  /// @param tokens its length
  BlockRuns blocks(PrefixChain beginnings, int tokens) {
    int last = beginnings.length() - 1;
    int at = last;
    while (at >= 0 && !byHash.containsKey(beginnings.hash(at))) {
      at--;
    }
    var known = at < 0 ? Passage.EMPTY : byHash.getOrDefault(beginnings.hash(at), Passage.EMPTY);
    for (at++; at <= last; at++) {
      known = upTo(known, at == last ? tokens : stretched(beginnings, at, tokens));
      byHash.put(beginnings.hash(at), known);
    }
    return upTo(known, tokens).blocks().beginning(tokens / Passage.BLOCK_TOKENS);
  }

  private static int stretched(PrefixChain beginnings, int at, int tokens) {
    double whole = Math.max(1, beginnings.tokens(beginnings.length() - 1));
    return (int) Math.min(tokens, beginnings.tokens(at) / whole * tokens);
  }

  private Passage upTo(Passage known, int tokens) {
    return tokens > known.tokens() ? known.then(tokens - known.tokens(), names) : known;
  }
}
