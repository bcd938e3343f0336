package dev.troupe.simulated;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The KV cache of a simulated engine: blocks that running requests hold, and blocks kept for
/// prompts that begin alike.
///
/// Prompt blocks are shared by hash, as in vLLM: a request holds the leading blocks it finds and
/// computes the others, which others find once they are published. Blocks that nobody holds stay
/// until room is needed, the least recently used first. Output blocks are not found again.
///
/// All operations are O(blocks of the request). Confined to one thread.
final class KvBlocks {

  private final int capacity;
  private final Map<Long, Integer> holders = new HashMap<>();
  private final LinkedHashMap<Long, Boolean> idle = new LinkedHashMap<>();
  private int unshared;

  KvBlocks(int capacity) {
    this.capacity = capacity;
  }

  /// Blocks of one request.
  static final class Held {
    private final long[] prompt;
    private final int found;
    private int shared;
    private int unshared;

    private Held(long[] prompt, int found, int unshared) {
      this.prompt = prompt;
      this.found = found;
      this.shared = found;
      this.unshared = unshared;
    }

    /// Leading blocks of the prompt that were there already.
    int found() {
      return found;
    }
  }

  /// Takes all blocks that a request will need, if there is room now.
  ///
  /// @param prompt hash of each full block of the prompt, chained
  /// @param total blocks of prompt and output
  Optional<Held> hold(long[] prompt, int total) {
    int found = 0;
    int awakened = 0;
    while (found < prompt.length && isKnown(prompt[found])) {
      awakened += idle.containsKey(prompt[found]) ? 1 : 0;
      found++;
    }
    if (used() + awakened + total - found > capacity) {
      return Optional.empty();
    }
    for (int at = 0; at < found; at++) {
      idle.remove(prompt[at]);
      holders.merge(prompt[at], 1, Integer::sum);
    }
    unshared += total - found;
    evict();
    return Optional.of(new Held(prompt, found, total - found));
  }

  /// Lets others find the prompt's blocks, now that they are computed. One that another request has
  /// published meanwhile is shared with it.
  void publish(Held held) {
    for (int at = held.found; at < held.prompt.length; at++) {
      idle.remove(held.prompt[at]);
      holders.merge(held.prompt[at], 1, Integer::sum);
      held.shared++;
      held.unshared--;
      unshared--;
    }
  }

  void release(Held held) {
    unshared -= held.unshared;
    // The end of a prompt is let go first, so that it is also evicted first.
    for (int at = held.shared - 1; at >= 0; at--) {
      long block = held.prompt[at];
      int left = holders.merge(block, -1, Integer::sum);
      if (left == 0) {
        holders.remove(block);
        idle.put(block, true);
      }
    }
  }

  /// Fraction of the blocks that running requests hold, 0–1.
  double use() {
    return (double) used() / capacity;
  }

  private int used() {
    return holders.size() + unshared;
  }

  private boolean isKnown(long block) {
    return holders.containsKey(block) || idle.containsKey(block);
  }

  private void evict() {
    while (used() + idle.size() > capacity) {
      idle.pollFirstEntry();
    }
  }
}
