package dev.troupe.simulation.physics;

import dev.troupe.simulation.workload.BlockRuns;
import java.util.ArrayList;
import java.util.List;

/// An engine's KV memory, in units of 16 tokens: those that calls hold alone, and those of the prefix
/// cache. What is free or idle in the cache is there for the taking.
final class KvMemory {

  private final BlockCache cache = new BlockCache();
  private final List<Pin> pins = new ArrayList<>();
  private final long capacityUnits;
  private long ownUnits;

  /// The first `count` blocks, which were there when they were pinned.
  private record Pin(BlockRuns blocks, int count) {

    boolean isOf(BlockRuns others) {
      return blocks == others || blocks.length() == others.length() && blocks.equals(others);
    }
  }

  KvMemory(long capacityUnits) {
    this.capacityUnits = capacityUnits;
  }

  long capacityUnits() {
    return capacityUnits;
  }

  /// Units that running calls hold or share.
  long unitsInUse() {
    return ownUnits + cache.usedUnits();
  }

  long availableUnits() {
    return freeUnits() + cache.idleUnits();
  }

  int hits(BlockRuns prompt) {
    return cache.hits(prompt, prompt.length());
  }

  /// Evicts what must go. No more than is available.
  void take(long units) {
    while (freeUnits() < units) {
      cache.evictOldest();
    }
    ownUnits += units;
  }

  /// Reserves the memory of a call's whole prefill, if there is as much. What the cache holds of its
  /// prompt is shared.
  boolean admit(EngineCall<?> call) {
    var prompt = call.prompt();
    int hits = cache.hits(prompt, call.promptBlocks());
    long units = EngineProfile.blocks(call.prefillTokens()) - (long) hits * call.unitsEach();
    if (units + cache.idleUnits(prompt, hits) > availableUnits()) {
      return false;
    }
    cache.use(prompt, 0, hits, call.unitsEach());
    call.sharesBlocks(hits);
    take(units);
    return true;
  }

  /// Puts what has been computed of a call's prompt into the cache. Blocks that another call has put
  /// there meanwhile are shared from now on, and its own are free; vLLM keeps both until the end.
  void share(EngineCall<?> call) {
    int from = call.sharedBlocks();
    int to = Math.min(call.promptBlocks(), call.computed() / call.demand.blockTokens());
    if (to > from) {
      ownUnits -= (long) (to - from) * call.unitsEach();
      cache.use(call.prompt(), from, to, call.unitsEach());
      call.sharesBlocks(to);
    }
  }

  /// Takes all from a call before a step; what the cache has of its prompt becomes idle.
  void preempt(EngineCall<?> call, long step) {
    ownUnits -= call.ownUnits(step);
    cache.release(call.prompt(), call.sharedBlocks());
    call.sharesBlocks(0);
  }

  /// A call has ended before a step: its blocks become idle, deepest first.
  void end(EngineCall<?> call, long step) {
    ownUnits -= call.ownUnits(step);
    cache.keep(call.demand.kept(), call.sharedBlocks(), call.keptBlocks(), call.unitsEach());
    cache.release(call.prompt(), call.sharedBlocks());
  }

  void pin(BlockRuns blocks) {
    int count = hits(blocks);
    cache.pin(blocks, count);
    pins.add(new Pin(blocks, count));
  }

  /// Reverses the latest pin of these blocks, if there is one still.
  void unpin(BlockRuns blocks) {
    for (int at = pins.size() - 1; at >= 0; at--) {
      if (pins.get(at).isOf(blocks)) {
        unpin(at);
        return;
      }
    }
  }

  /// Reverses the latest pin.
  ///
  /// @throws IllegalStateException when there is none
  void giveWay() {
    if (pins.isEmpty()) {
      throw new IllegalStateException("nothing runs, nothing is pinned, and memory is short");
    }
    unpin(pins.size() - 1);
  }

  private void unpin(int at) {
    var pin = pins.remove(at);
    cache.unpin(pin.blocks(), pin.count());
  }

  private long freeUnits() {
    return capacityUnits - ownUnits - cache.heldUnits();
  }
}
