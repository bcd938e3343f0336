package dev.troupe.engine;

import dev.troupe.program.PrefixChain;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// Which prompt beginnings an engine's KV cache is believed to hold.
///
/// A model of the engine's own cache: least recently used, weighted by tokens. Each boundary weighs
/// the tokens between it and the boundary before. A prompt's shallow boundaries count as used after
/// its deep ones, so that, as in the engine, a beginning outlives what follows it.
///
/// How right the belief is, the metric `troupe_prefix_tokens_total` shows. `touch` and `match` are
/// O(boundaries of the chain). Mutable, confined.
public final class PrefixIndex {

  // In order of use, least recent first.
  private final HashesByUse hashes = new HashesByUse();
  private long capacityTokens;
  private long heldTokens;
  private boolean complete;

  /// What the index has come to hold and to lose, for those who place calls by it.
  ///
  /// @param gained hashes that are new in it
  /// @param lost hashes that are gone from it
  public record Delta(List<Long> gained, List<Long> lost) {

    static final Delta NONE = new Delta(List.of(), List.of());

    public Delta {
      gained = List.copyOf(gained);
      lost = List.copyOf(lost);
    }

    public boolean isEmpty() {
      return gained.isEmpty() && lost.isEmpty();
    }
  }

  /// @param capacityTokens tokens the engine's KV cache holds
  public PrefixIndex(long capacityTokens) {
    this.capacityTokens = capacityTokens;
  }

  /// The engine has processed a prompt.
  public Delta touch(PrefixChain chain) {
    var gained = new ArrayList<Long>();
    for (int at = chain.length() - 1; at >= 0; at--) {
      int weight = chain.tokens(at) - (at == 0 ? 0 : chain.tokens(at - 1));
      if (!hashes.use(chain.hash(at))) {
        hashes.add(chain.hash(at), weight);
        heldTokens += weight;
        gained.add(chain.hash(at));
      }
    }
    return evictBeyondCapacity(gained);
  }

  /// The engine's KV cache has that size now.
  public Delta resize(long capacityTokens) {
    this.capacityTokens = capacityTokens;
    return evictBeyondCapacity(List.of());
  }

  /// The engine has restarted: its cache is empty.
  public Delta forgetAll() {
    var lost = contents();
    hashes.clear();
    heldTokens = 0;
    complete = true;
    return new Delta(List.of(), lost);
  }

  /// Whether the engine's cache can hold nothing of earlier times, that the index does not know of: the
  /// engine was seen to start, or what was processed since has filled its cache.
  public boolean isComplete() {
    return complete;
  }

  /// All hashes held, for those who begin to place calls by them.
  public List<Long> contents() {
    var contents = new ArrayList<Long>(hashes.size());
    hashes.forEach(contents::add);
    return List.copyOf(contents);
  }

  /// Tokens of a prompt that are expected in the cache.
  public int match(PrefixChain chain) {
    for (int at = chain.length() - 1; at >= 0; at--) {
      // Asking is no use: the order must not change.
      if (hashes.contains(chain.hash(at))) {
        return chain.tokens(at);
      }
    }
    return 0;
  }

  private Delta evictBeyondCapacity(List<Long> gained) {
    if (heldTokens <= capacityTokens) {
      return gained.isEmpty() ? Delta.NONE : new Delta(gained, List.of());
    }
    var evicted = new ArrayList<Long>();
    complete = true;
    while (heldTokens > capacityTokens && hashes.size() > 0) {
      evicted.add(hashes.oldest());
      heldTokens -= hashes.removeOldest();
    }
    // The first that was gained is the least recent of them: while it is held, all are.
    return gained.isEmpty() || hashes.contains(gained.getFirst())
        ? new Delta(gained, evicted)
        : new Delta(without(gained, evicted), without(evicted, gained));
  }

  private static List<Long> without(List<Long> some, List<Long> others) {
    var left = new LinkedHashSet<>(some);
    others.forEach(left::remove);
    return List.copyOf(left);
  }
}
