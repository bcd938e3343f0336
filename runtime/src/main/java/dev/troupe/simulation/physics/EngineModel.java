package dev.troupe.simulation.physics;

import dev.troupe.simulation.workload.BlockRuns;

/// One LLM engine in virtual time: continuous batching as in vLLM's scheduler, paged KV memory with a
/// prefix cache, step times of an [EngineProfile]. Deterministic.
///
/// A step gives one token to every decoding call, then spends the rest of its token budget on
/// prefills in the order of their admission, then admits waiting calls while there is memory for a
/// whole prompt. A call is prefilled in chunks; the step that ends its prefill makes its first
/// token. When decoding calls find no memory, the call that was admitted last is preempted (by
/// priority: of the lowest priority, the latest) and computed again later. The prompt blocks that a
/// step computes can be shared by calls admitted in the same step, as in vLLM.
///
/// Steps without a prefill that change nothing but lengths are taken in one jump, in O(log calls).
///
/// Time is given to it. Call [#advanceTo] before [#submit] with the same time. A step that could
/// begin exactly at the time advanced to begins with the next call of `advanceTo`, so that what is
/// submitted at that instant takes part in it: [#nextEventNanos] may be the current time once more.
///
/// Mutable, confined to one thread.
///
/// @param <C> what the caller knows a call by
/// @see <a href="https://arxiv.org/abs/2309.06180">PagedAttention</a>
/// @see <a href="https://arxiv.org/abs/2403.02310">Sarathi-Serve, on chunked prefills</a>
public final class EngineModel<C> {

  private final EngineProfile profile;
  private final Listener<C> listener;
  private final KvMemory memory;
  private final EngineCalls<C> calls;

  // End of the last step that is over.
  private final VirtualClock clock = new VirtualClock();
  private long nowNanos;
  // Steps that are over; also the number of the one that is under way or comes next.
  private long step;
  // Steps begun, of which those to come need nothing but time and memory; 0 between steps.
  private long stepsUnderWay;
  // Time of the one step under way, when it has prefills; else 0.
  private long prefillPicos;
  // Step whose memory has been found, and whether that took no preemption.
  private long grownStep = -1;
  private boolean grown;
  private long endNanos;

  /// Is told what becomes of calls, in the order of time. May submit to this engine and to others.
  public interface Listener<C> {

    /// The first of the call is computed in a step that begins now. Told once, also when the call is
    /// preempted later.
    ///
    /// @param cachedTokens tokens of its prompt that came from the prefix cache
    void began(C call, int cachedTokens, long atNanos);

    /// The step that made the call's last token ends now.
    void ended(C call, long atNanos);
  }

  public EngineModel(EngineProfile profile, Listener<C> listener) {
    this.profile = profile;
    this.listener = listener;
    this.memory = new KvMemory(profile.kvTokens() / EngineProfile.BLOCK_TOKENS);
    this.calls = new EngineCalls<>(profile, memory);
  }

  /// The call joins the engine's own queue. It can be admitted to the next step that begins.
  ///
  /// @throws IllegalArgumentException when no empty engine can serve it, or the time is past
  /// @throws IllegalStateException when steps that end before have not been taken by `advanceTo`
  public void submit(C call, Demand demand, long nowNanos) {
    if (!profile.fits(demand.promptTokens(), demand.outputTokens())) {
      throw new IllegalArgumentException(
          "%s cannot hold a call of %d and %d tokens"
              .formatted(profile.name(), demand.promptTokens(), demand.outputTokens()));
    }
    requireAdvanced(nowNanos);
    if (calls.isEmpty()) {
      clock.set(nowNanos);
    }
    if (calls.add(call, demand)) {
      interrupt(nowNanos);
    }
  }

  /// When something ends or can begin next; `Long.MAX_VALUE` when nothing runs or waits.
  public long nextEventNanos() {
    if (stepsUnderWay > 0) {
      return endNanos;
    }
    return calls.isEmpty() ? Long.MAX_VALUE : clock.nanos();
  }

  /// Takes all steps that end by then.
  ///
  /// @throws IllegalArgumentException when the time is past
  public void advanceTo(long nowNanos) {
    requireNotPast(nowNanos);
    boolean again = nowNanos == this.nowNanos;
    while (nextEventNanos() < nowNanos || nextEventNanos() == nowNanos && (isUnderWay() || again)) {
      this.nowNanos = nextEventNanos();
      if (isUnderWay()) {
        endSteps();
      } else {
        beginSteps();
      }
    }
    this.nowNanos = nowNanos;
  }

  public int running() {
    return calls.running();
  }

  public int waiting() {
    return calls.waiting();
  }

  /// Tokens of KV memory that running calls hold, in whole blocks; what they share counts once.
  public long kvTokensInUse() {
    takeWholeSteps(nowNanos);
    return memory.unitsInUse() * EngineProfile.BLOCK_TOKENS;
  }

  public long kvCapacityTokens() {
    return memory.capacityUnits() * EngineProfile.BLOCK_TOKENS;
  }

  /// Calls that lost their memory to others so far.
  public long preemptions() {
    return calls.preemptions();
  }

  /// Tokens that those calls had computed, and computed again, so far.
  public long recomputedTokens() {
    return calls.recomputedTokens();
  }

  /// Keeps the leading blocks that are in the cache from being evicted. Pins are given up, the latest
  /// first, when a call finds no memory though no other runs and nothing else can be evicted.
  ///
  /// @throws IllegalArgumentException when the time is past
  /// @throws IllegalStateException when steps that end before have not been taken by `advanceTo`
  public void pin(BlockRuns blocks, long nowNanos) {
    requireAdvanced(nowNanos);
    interrupt(nowNanos);
    memory.pin(blocks);
  }

  /// Reverses one `pin` of these blocks. Does nothing when that was given up. Throws as `pin` does.
  public void unpin(BlockRuns blocks, long nowNanos) {
    requireAdvanced(nowNanos);
    interrupt(nowNanos);
    memory.unpin(blocks);
  }

  private void requireNotPast(long nowNanos) {
    if (nowNanos < this.nowNanos) {
      throw new IllegalArgumentException(nowNanos + " ns is past: " + this.nowNanos + " ns is now");
    }
  }

  private void requireAdvanced(long nowNanos) {
    requireNotPast(nowNanos);
    if (nextEventNanos() < nowNanos) {
      throw new IllegalStateException("advance to " + nowNanos + " ns first");
    }
  }

  private boolean isUnderWay() {
    return stepsUnderWay > 0;
  }

  private void beginSteps() {
    if (grownStep != step) {
      grownStep = step;
      grown = calls.grow(step);
    }
    // As in vLLM, a step that has preempted admits nothing.
    var batch = calls.prefill(grown);
    boolean isDecodingAlone = batch.tokens() == 0;
    stepsUnderWay = isDecodingAlone && grown ? calls.stepsToTheNextChange(step) : 1;
    prefillPicos =
        isDecodingAlone
            ? 0
            : profile
                .stepTime()
                .picos(
                    batch.tokens(), calls.decoding(), calls.contextTokens(), batch.doubledPairs());
    endNanos = clock.nanosAfter(picosOf(stepsUnderWay));
    for (var call : batch.begun()) {
      listener.began(call.call, call.cachedTokens(), nowNanos);
    }
  }

  private long picosOf(long steps) {
    return prefillPicos > 0
        ? prefillPicos
        : profile.stepTime().decodePicos(steps, calls.decoding(), calls.contextTokens());
  }

  private void endSteps() {
    pass(stepsUnderWay - 1);
    clock.add(picosOf(1));
    step++;
    stepsUnderWay = 0;
    prefillPicos = 0;
    for (var call : calls.end(step)) {
      listener.ended(call.call, nowNanos);
    }
  }

  /// Takes steps of those under way, all but the last at most. The one after them is under way then.
  private void pass(long steps) {
    if (steps == 0) {
      return;
    }
    clock.add(picosOf(steps));
    calls.pass(step, steps);
    step += steps;
    grownStep = step;
    grown = true;
    stepsUnderWay -= steps;
  }

  /// Takes the steps that are over by then.
  private void takeWholeSteps(long nowNanos) {
    long over = 0;
    long open = stepsUnderWay - 1;
    while (over < open) {
      long middle = over + (open - over + 1) / 2;
      if (clock.nanosAfter(picosOf(middle)) <= nowNanos) {
        over = middle;
      } else {
        open = middle - 1;
      }
    }
    pass(over);
  }

  /// Something has changed for the step after the one that is under way.
  private void interrupt(long nowNanos) {
    if (!isUnderWay() || prefillPicos > 0) {
      return;
    }
    takeWholeSteps(nowNanos);
    // A step that begins at this instant begins anew, with what has changed.
    stepsUnderWay = clock.nanos() == nowNanos ? 0 : 1;
    endNanos = clock.nanosAfter(picosOf(stepsUnderWay));
  }
}
