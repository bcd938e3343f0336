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

  private final Holders holders = new Holders();
  private final Map<EngineId, Integer> numbers = new HashMap<>();
  private final BitSet taken = new BitSet();

  void gained(EngineId engine, Collection<Long> hashes) {
    int number = number(engine);
    for (var hash : hashes) {
      holders.add(hash, number);
    }
  }

  void lost(EngineId engine, Collection<Long> hashes) {
    int number = number(engine);
    for (var hash : hashes) {
      holders.remove(hash, number);
    }
  }

  /// Its number is given to another engine. O(size of the directory).
  void removed(EngineId engine) {
    var number = numbers.remove(engine);
    if (number != null) {
      holders.removeEverywhere(number);
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
    var missing = wanted.toLongArray();
    for (int word = 0; word < missing.length; word++) {
      for (int index = chain.length() - 1; index >= 0 && missing[word] != 0; index--) {
        long holding = holders.among(chain.hash(index), word, missing[word]);
        missing[word] &= ~holding;
        for (; holding != 0; holding &= holding - 1) {
          tokens[word * Long.SIZE + Long.numberOfTrailingZeros(holding)] = chain.tokens(index);
        }
      }
    }
    return tokens;
  }

  /// The same for a chain of which no engine holds anything.
  int[] noTokens() {
    return new int[taken.length()];
  }

  /// Tokens up to the deepest boundary of the chain that one of these engines holds. O(length of the
  /// chain).
  int mostTokens(PrefixChain chain, BitSet wanted) {
    var any = wanted.toLongArray();
    for (int index = chain.length() - 1; index >= 0; index--) {
      for (int word = 0; word < any.length; word++) {
        if (holders.among(chain.hash(index), word, any[word]) != 0) {
          return chain.tokens(index);
        }
      }
    }
    return 0;
  }
}
