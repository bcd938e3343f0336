package dev.troupe.schedule;

import dev.troupe.engine.EngineId;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// Which engines hold which beginnings of prompts in their KV caches, as they say.
///
/// Engines have numbers here, so that those that hold a beginning are a set of bits: a scheduler asks
/// for each call that it looks at. What was known of a prompt is brought up to date by what has changed
/// since ([RecentChanges]): most changes are of other prompts. As large as what the engines report and
/// no larger: each bounds its own part.
final class PrefixDirectory {

  private final Holders holders = new Holders();
  private final Map<EngineId, Integer> numbers = new HashMap<>();
  private final BitSet taken = new BitSet();
  private final RecentChanges changes = new RecentChanges();

  /// What an engine's cache has lost, and then gained.
  void changed(EngineId engine, Collection<Long> gained, Collection<Long> lost) {
    if (gained.isEmpty() && lost.isEmpty()) {
      return;
    }
    int number = number(engine);
    for (var hash : lost) {
      holders.remove(hash, number);
    }
    for (var hash : gained) {
      holders.add(hash, number);
    }
    changes.add(number, gained, lost);
  }

  /// Its number is given to another engine. O(size of the directory).
  void removed(EngineId engine) {
    var number = numbers.remove(engine);
    if (number != null) {
      holders.removeEverywhere(number);
      taken.clear(number);
      changes.forgetAll();
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

  /// Brings what is known of a prompt up to date. O(length of the chain), and O(1) when nothing has
  /// changed.
  void update(HeldPrompt prompt) {
    if (prompt.asOf() == changes.next()) {
      return;
    }
    if (changes.reachBack(prompt.asOf())) {
      for (long change = prompt.asOf(); change < changes.next(); change++) {
        update(prompt, changes.engine(change), changes.filter(change));
      }
    } else {
      lookUp(prompt);
    }
    prompt.isAsOf(changes.next());
  }

  /// What was deepest before a change is so after it, but where the change touched it or what is deeper.
  private void update(HeldPrompt prompt, int number, long[] touched) {
    var chain = prompt.chain();
    int deepest = prompt.deepest(number);
    boolean isLost =
        deepest != HeldPrompt.NONE
            && RecentChanges.mayHaveTouched(touched, chain.hash(deepest))
            && !isHeld(chain.hash(deepest), number);
    for (int index = chain.length() - 1; index > deepest; index--) {
      if (RecentChanges.mayHaveTouched(touched, chain.hash(index))
          && isHeld(chain.hash(index), number)) {
        prompt.holds(number, index);
        return;
      }
    }
    if (isLost) {
      int index = deepest - 1;
      while (index >= 0 && !isHeld(chain.hash(index), number)) {
        index--;
      }
      prompt.holds(number, index);
    }
  }

  private boolean isHeld(long hash, int number) {
    return holders.among(hash, number / Long.SIZE, 1L << number) != 0;
  }

  private void lookUp(HeldPrompt prompt) {
    var chain = prompt.chain();
    var missing = taken.toLongArray();
    prompt.isHeldByNone(taken.length());
    for (int word = 0; word < missing.length; word++) {
      for (int index = chain.length() - 1; index >= 0 && missing[word] != 0; index--) {
        long holding = holders.among(chain.hash(index), word, missing[word]);
        missing[word] &= ~holding;
        for (; holding != 0; holding &= holding - 1) {
          prompt.holds(word * Long.SIZE + Long.numberOfTrailingZeros(holding), index);
        }
      }
    }
  }
}
