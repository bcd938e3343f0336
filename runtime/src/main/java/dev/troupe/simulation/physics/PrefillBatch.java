package dev.troupe.simulation.physics;

import java.util.ArrayList;
import java.util.List;

/// The prefill chunks of one step, as they are put together.
final class PrefillBatch<C> {

  private final List<EngineCall<C>> begun = new ArrayList<>();
  private int budgetTokens;
  private int tokens;
  private int tokensComputedBefore;
  private long doubledPairs;

  PrefillBatch(int budgetTokens) {
    this.budgetTokens = budgetTokens;
  }

  boolean hasRoom() {
    return budgetTokens > 0;
  }

  /// As much of the call as the budget allows.
  void add(EngineCall<C> call) {
    int before = call.computed();
    int chunk = Math.min(budgetTokens, call.prefillTokens() - before);
    if (chunk == 0) {
      return;
    }
    budgetTokens -= chunk;
    tokens += chunk;
    tokensComputedBefore += call.computedBefore(chunk);
    doubledPairs += chunk * (2L * before + chunk);
    if (call.compute(chunk)) {
      begun.add(call);
    }
  }

  int tokens() {
    return tokens;
  }

  /// Those of them that calls had computed before they were preempted.
  int tokensComputedBefore() {
    return tokensComputedBefore;
  }

  /// Sum over the chunks of `chunk x (2 x before + chunk)`.
  long doubledPairs() {
    return doubledPairs;
  }

  /// Calls of which something is computed for the first time.
  List<EngineCall<C>> begun() {
    return begun;
  }
}
