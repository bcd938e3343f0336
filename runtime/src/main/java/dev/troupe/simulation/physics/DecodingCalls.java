package dev.troupe.simulation.physics;

import java.util.Comparator;
import java.util.PriorityQueue;

/// The calls of an engine that make a token in every step, with the sums that tell the time and the
/// memory of any number of steps ahead without a look at each call.
final class DecodingCalls<C> {

  private static final int CYCLE = EngineProfile.BLOCK_TOKENS;

  private final PriorityQueue<EngineCall<C>> byEnd =
      new PriorityQueue<>(
          Comparator.<EngineCall<C>>comparingLong(EngineCall::lastStep)
              .thenComparingLong(EngineCall::admission));
  // How many begin a new unit in the steps that leave this remainder.
  private final int[] growing = new int[CYCLE];
  private long contextTokens;

  int size() {
    return byEnd.size();
  }

  /// Sum over the calls of their tokens in KV memory with the one that the next step writes.
  long contextTokens() {
    return contextTokens;
  }

  /// Last step of the call that ends first. There must be one.
  long firstEnd() {
    return byEnd.element().lastStep();
  }

  void add(EngineCall<C> call, long step) {
    call.decodesFrom(step);
    contextTokens += call.heldTokens(step) + 1;
    growing[remainder(step - call.heldTokens(step))]++;
    byEnd.add(call);
  }

  /// O(calls).
  void remove(EngineCall<C> call, long step) {
    byEnd.remove(call);
    forget(call, step);
  }

  /// Removes the call that ends first. There must be one.
  EngineCall<C> removeFirstEnded(long step) {
    var call = byEnd.remove();
    forget(call, step);
    return call;
  }

  void advance(long steps) {
    contextTokens += steps * size();
  }

  /// Units that the calls need anew in the steps from this one on.
  long growthUnits(long step, long steps) {
    long units = steps / CYCLE * size();
    for (long at = step; at < step + steps % CYCLE; at++) {
      units += growing[remainder(at)];
    }
    return units;
  }

  /// The most steps from this one on that need no more units than there are.
  long stepsWithin(long units, long step, long most) {
    if (growthUnits(step, most) <= units) {
      return most;
    }
    long steps = units / size() * CYCLE;
    while (growthUnits(step, steps + 1) <= units) {
      steps++;
    }
    return steps;
  }

  private void forget(EngineCall<C> call, long step) {
    contextTokens -= call.heldTokens(step) + 1;
    growing[remainder(step - call.heldTokens(step))]--;
  }

  private static int remainder(long step) {
    return (int) Math.floorMod(step, (long) CYCLE);
  }
}
