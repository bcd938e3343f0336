package dev.troupe.schedule;

import dev.troupe.engine.EngineId;
import dev.troupe.program.PrefixChain;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// Which engines hold which beginnings of prompts in their KV caches, as they say.
///
/// Engines have numbers here, so that those that hold a beginning are a set of bits: a scheduler asks
/// for each call that it looks at. As large as what the engines report and no larger: each bounds its
/// own part.
final class PrefixDirectory {

  private final Map<Long, BitSet> holders = new HashMap<>();
  private final Map<EngineId, Integer> numbers = new HashMap<>();
  private final BitSet taken = new BitSet();

  void gained(EngineId engine, Collection<Long> hashes) {
    int number = number(engine);
    for (var hash : hashes) {
      holders.computeIfAbsent(hash, _ -> new BitSet()).set(number);
    }
  }

  void lost(EngineId engine, Collection<Long> hashes) {
    int number = number(engine);
    for (var hash : hashes) {
      var holding = holders.get(hash);
      if (holding != null) {
        holding.clear(number);
        if (holding.isEmpty()) {
          holders.remove(hash);
        }
      }
    }
  }

  /// Its number is given to another engine. O(size of the directory).
  void removed(EngineId engine) {
    var number = numbers.remove(engine);
    if (number != null) {
      holders.values().forEach(holding -> holding.clear(number));
      holders.values().removeIf(BitSet::isEmpty);
      taken.clear(number);
    }
  }

  /// The number of an engine, until it is removed: the smallest that is free.
  int number(EngineId engine) {
    return numbers.computeIfAbsent(
        engine,
        _ -> {
          int free = taken.nextClearBit(0);
          taken.set(free);
          return free;
        });
  }

  /// Tokens up to the deepest boundary of the chain that each of these engines holds, by number; 0 for
  /// the others. O(length of the chain).
  int[] tokens(PrefixChain chain, BitSet wanted) {
    var tokens = new int[taken.length()];
    var missing = (BitSet) wanted.clone();
    for (int index = chain.length() - 1; index >= 0 && !missing.isEmpty(); index--) {
      var holding = holders.get(chain.hash(index));
      if (holding != null && holding.intersects(missing)) {
        for (int number = missing.nextSetBit(0);
            number >= 0;
            number = missing.nextSetBit(number + 1)) {
          if (holding.get(number)) {
            tokens[number] = chain.tokens(index);
            missing.clear(number);
          }
        }
      }
    }
    return tokens;
  }

  /// Tokens up to the deepest boundary of the chain that one of these engines holds. O(length of the
  /// chain).
  int mostTokens(PrefixChain chain, BitSet wanted) {
    for (int index = chain.length() - 1; index >= 0; index--) {
      var holding = holders.get(chain.hash(index));
      if (holding != null && holding.intersects(wanted)) {
        return chain.tokens(index);
      }
    }
    return 0;
  }
}
