package dev.troupe.simulation.physics;

import dev.troupe.simulation.workload.BlockRuns;

/// A call inside an engine: how far it is, and what it holds. Mutable, confined to its engine.
final class EngineCall<C> {

  private static final long NEVER = -1;

  final C call;
  final Demand demand;
  // Orders calls of equal priority.
  final long arrival;

  private int generated;
  private int computed;
  // The most that was computed of it before it lost its memory.
  private int reached;
  private int cachedTokens = -1;
  private int sharedBlocks;
  private long firstDecode = NEVER;
  private long admission;

  EngineCall(C call, Demand demand, long arrival) {
    this.call = call;
    this.demand = demand;
    this.arrival = arrival;
  }

  BlockRuns prompt() {
    return demand.prompt();
  }

  /// Blocks of the prompt that its tokens fill.
  int promptBlocks() {
    return Math.min(demand.prompt().length(), demand.promptTokens() / demand.blockTokens());
  }

  int keptBlocks() {
    long tokens = (long) demand.promptTokens() + demand.outputTokens();
    return (int) Math.min(demand.kept().length(), tokens / demand.blockTokens());
  }

  int unitsEach() {
    return demand.blockTokens() / EngineProfile.BLOCK_TOKENS;
  }

  /// Tokens to compute before it decodes: its prompt, and what it had generated when preempted.
  int prefillTokens() {
    return demand.promptTokens() + generated;
  }

  int computed() {
    return computed;
  }

  boolean isPrefilled() {
    return computed == prefillTokens();
  }

  int cachedTokens() {
    return cachedTokens;
  }

  /// Leading blocks of its prompt that it uses in the cache; the rest of its memory is its own.
  int sharedBlocks() {
    return sharedBlocks;
  }

  void sharesBlocks(int blocks) {
    sharedBlocks = blocks;
  }

  /// Order of admission among the calls that run.
  long admission() {
    return admission;
  }

  /// It runs from now on; what the cache holds of it need not be computed, save its last token.
  void admitted(long admission) {
    this.admission = admission;
    long cached = (long) sharedBlocks * demand.blockTokens();
    computed = (int) Math.min(cached, prefillTokens() - 1L);
  }

  /// How many of the next tokens to compute had been computed before.
  int computedBefore(int tokens) {
    return Math.clamp(reached - computed, 0, tokens);
  }

  /// @return whether this is the first that is computed of it
  boolean compute(int tokens) {
    boolean first = cachedTokens < 0;
    if (first) {
      cachedTokens = computed;
    }
    computed += tokens;
    return first;
  }

  /// Its prefill has ended, and made a token.
  ///
  /// @return whether that was its last
  boolean hasMadeItsLastToken() {
    return generated + 1 == demand.outputTokens();
  }

  /// It makes a token in every step from this one on.
  void decodesFrom(long step) {
    firstDecode = step;
  }

  /// Last of the steps in which it makes a token.
  long lastStep() {
    return firstDecode + demand.outputTokens() - generated - 2;
  }

  /// Tokens it has in KV memory before this step.
  long heldTokens(long step) {
    return prefillTokens() + (isDecoding() ? step - firstDecode : 0);
  }

  boolean isDecoding() {
    return firstDecode != NEVER;
  }

  /// Units that are its own before this step.
  long ownUnits(long step) {
    return EngineProfile.blocks(heldTokens(step)) - (long) sharedBlocks * unitsEach();
  }

  /// It has lost its memory before this step, and begins again when it is admitted again.
  void preempted(long step) {
    reached = Math.max(reached, isDecoding() ? (int) heldTokens(step) : computed);
    if (isDecoding()) {
      generated += 1 + (int) (step - firstDecode);
      firstDecode = NEVER;
    }
    computed = 0;
  }
}
