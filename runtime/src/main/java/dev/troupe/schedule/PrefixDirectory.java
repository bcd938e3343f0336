package dev.troupe.schedule;

import dev.troupe.engine.EngineId;
import dev.troupe.program.PrefixChain;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Which engines hold which beginnings of prompts in their KV caches, as they say.
///
/// As large as what the engines report and no larger: each bounds its own part.
final class PrefixDirectory {

  private final Map<Long, Set<EngineId>> engines = new HashMap<>();

  void gained(EngineId engine, Collection<Long> hashes) {
    for (var hash : hashes) {
      engines.computeIfAbsent(hash, _ -> new HashSet<>(2)).add(engine);
    }
  }

  void lost(EngineId engine, Collection<Long> hashes) {
    for (var hash : hashes) {
      var holders = engines.getOrDefault(hash, Set.of());
      if (holders.contains(engine)) {
        holders.remove(engine);
        if (holders.isEmpty()) {
          engines.remove(hash);
        }
      }
    }
  }

  /// O(size of the directory).
  void removed(EngineId engine) {
    engines.values().forEach(holders -> holders.remove(engine));
    engines.values().removeIf(Set::isEmpty);
  }

  /// Tokens up to the deepest boundary of the chain that any engine holds. O(length of the chain).
  int mostTokens(PrefixChain chain) {
    for (int index = chain.length() - 1; index >= 0; index--) {
      if (engines.containsKey(chain.hash(index))) {
        return chain.tokens(index);
      }
    }
    return 0;
  }

  /// Tokens up to the deepest boundary of the chain that each of these engines holds; those that hold
  /// none are missing. O(length of the chain).
  Map<EngineId, Integer> tokens(PrefixChain chain, Set<EngineId> wanted) {
    var tokens = new HashMap<EngineId, Integer>();
    for (int index = chain.length() - 1; index >= 0 && tokens.size() < wanted.size(); index--) {
      for (var engine : engines.getOrDefault(chain.hash(index), Set.of())) {
        if (wanted.contains(engine)) {
          tokens.putIfAbsent(engine, chain.tokens(index));
        }
      }
    }
    return tokens;
  }
}
