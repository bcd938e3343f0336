package dev.troupe.simulation.physics;

import dev.troupe.simulation.workload.BlockRuns;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

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

  private static final Comparator<EngineCall<?>> LEAST_URGENT_LAST =
      Comparator.<EngineCall<?>>comparingInt(call -> call.demand.priority())
          .thenComparingLong(call -> call.arrival);

  private final EngineProfile profile;
  private final Listener<C> listener;
  private final KvMemory memory;
  private final WaitingCalls<C> waiting;
  private final DecodingCalls<C> decoding = new DecodingCalls<>();
  // Both in the order of admission.
  private final List<EngineCall<C>> running = new ArrayList<>();
  private final List<EngineCall<C>> prefilling = new ArrayList<>();

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

  private long arrivals;
  private long admissions;
  private long preemptions;
  private long recomputedTokens;

  /// What a call asks of an engine.
  ///
  /// @param promptTokens at least 1
  /// @param outputTokens tokens to generate, at least 1
  /// @param prompt the whole blocks of the prompt; blocks beyond its tokens are ignored
  /// @param kept the blocks in the cache after the end; begins with those of the prompt
  /// @param blockTokens tokens of each of these blocks: a multiple of 16
  /// @param priority lower is earlier; only for [EngineOrder#PRIORITY]
  public record Demand(
      int promptTokens,
      int outputTokens,
      BlockRuns prompt,
      BlockRuns kept,
      int blockTokens,
      int priority) {

    public Demand {
      if (promptTokens < 1 || outputTokens < 1) {
        throw new IllegalArgumentException("a call has a prompt and an output");
      }
      if (blockTokens < 1 || blockTokens % EngineProfile.BLOCK_TOKENS != 0) {
        throw new IllegalArgumentException(
            "blocks of a multiple of "
                + EngineProfile.BLOCK_TOKENS
                + " tokens, not "
                + blockTokens);
      }
      if (kept.length() < prompt.length()) {
        throw new IllegalArgumentException("the blocks kept begin with those of the prompt");
      }
    }
  }

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
    this.waiting = new WaitingCalls<>(profile.order());
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
    if (nowNanos < this.nowNanos) {
      throw new IllegalArgumentException(nowNanos + " ns is past: " + this.nowNanos + " ns is now");
    }
    if (nextEventNanos() < nowNanos) {
      throw new IllegalStateException("advance to " + nowNanos + " ns first");
    }
    if (isIdle()) {
      clock.set(nowNanos);
    }
    var added = new EngineCall<>(call, demand, arrivals++);
    waiting.add(added);
    // Behind one that has found no room it changes nothing.
    if (waiting.first() == added && running.size() < profile.maxSequences()) {
      interrupt(nowNanos);
    }
  }

  /// When something ends or can begin next; `Long.MAX_VALUE` when nothing runs or waits.
  public long nextEventNanos() {
    if (stepsUnderWay > 0) {
      return endNanos;
    }
    return isIdle() ? Long.MAX_VALUE : clock.nanos();
  }

  /// Takes all steps that end by then.
  ///
  /// @throws IllegalArgumentException when the time is past
  public void advanceTo(long nowNanos) {
    if (nowNanos < this.nowNanos) {
      throw new IllegalArgumentException(nowNanos + " ns is past: " + this.nowNanos + " ns is now");
    }
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
    return running.size();
  }

  public int waiting() {
    return waiting.size();
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
    return preemptions;
  }

  /// Tokens that those calls had computed, and computed again, so far.
  public long recomputedTokens() {
    return recomputedTokens;
  }

  /// Keeps the leading blocks that are in the cache from being evicted. Pins are given up, the latest
  /// first, when a call finds no memory though no other runs and nothing else can be evicted.
  public void pin(BlockRuns blocks) {
    interrupt(nowNanos);
    memory.pin(blocks);
  }

  /// Reverses one `pin` of these blocks. Does nothing when that was given up.
  public void unpin(BlockRuns blocks) {
    interrupt(nowNanos);
    memory.unpin(blocks);
  }

  private boolean isIdle() {
    return running.isEmpty() && waiting.isEmpty();
  }

  private boolean isUnderWay() {
    return stepsUnderWay > 0;
  }

  private void beginSteps() {
    grow();
    var batch = new PrefillBatch<C>(profile.stepTokens() - decoding.size());
    for (var call : prefilling) {
      compute(call, batch);
    }
    // As in vLLM, a step that has preempted admits nothing.
    if (grown) {
      admit(batch);
    }
    recomputedTokens += batch.tokensComputedBefore();
    stepsUnderWay = batch.tokens() == 0 ? stepsToTheNextChange() : 1;
    prefillPicos =
        batch.tokens() == 0
            ? 0
            : profile
                .stepTime()
                .picos(
                    batch.tokens(),
                    decoding.size(),
                    decoding.contextTokens(),
                    batch.doubledPairs());
    endNanos = clock.nanosAfter(picosOf(stepsUnderWay));
    for (var call : batch.begun()) {
      listener.began(call.call, call.cachedTokens(), nowNanos);
    }
  }

  /// Finds the decoding calls the memory that the step needs.
  private void grow() {
    if (grownStep == step) {
      return;
    }
    grownStep = step;
    grown = true;
    while (decoding.growthUnits(step, 1) > memory.availableUnits()) {
      if (running.size() == 1) {
        memory.giveWay();
      } else {
        preempt(victim());
        grown = false;
      }
    }
    memory.take(decoding.growthUnits(step, 1));
  }

  private EngineCall<C> victim() {
    return switch (profile.order()) {
      case ARRIVAL -> running.getLast();
      case PRIORITY -> Collections.max(running, LEAST_URGENT_LAST);
    };
  }

  private void preempt(EngineCall<C> call) {
    running.remove(call);
    if (call.isDecoding()) {
      decoding.remove(call, step);
    } else {
      prefilling.remove(call);
    }
    memory.preempt(call, step);
    call.preempted(step);
    waiting.addAgain(call);
    preemptions++;
  }

  private void admit(PrefillBatch<C> batch) {
    while (!waiting.isEmpty() && running.size() < profile.maxSequences() && batch.hasRoom()) {
      var call = waiting.first();
      if (memory.admit(call)) {
        waiting.removeFirst();
        running.add(call);
        prefilling.add(call);
        call.admitted(admissions++);
        compute(call, batch);
      } else if (running.isEmpty()) {
        memory.giveWay();
      } else {
        return;
      }
    }
  }

  private void compute(EngineCall<C> call, PrefillBatch<C> batch) {
    batch.add(call);
    memory.share(call);
  }

  /// Steps of decoding alone until a call ends or memory is short. What waits now finds no room in
  /// any of them, since they only take memory.
  private long stepsToTheNextChange() {
    if (!grown) {
      return 1;
    }
    long most = decoding.firstEnd() - step;
    return 1 + decoding.stepsWithin(memory.availableUnits(), step + 1, most);
  }

  private long picosOf(long steps) {
    return prefillPicos > 0
        ? prefillPicos
        : profile.stepTime().decodePicos(steps, decoding.size(), decoding.contextTokens());
  }

  private void endSteps() {
    pass(stepsUnderWay - 1);
    clock.add(picosOf(1));
    decoding.advance(1);
    step++;
    stepsUnderWay = 0;
    prefillPicos = 0;
    var ended = new ArrayList<EngineCall<C>>();
    while (decoding.size() > 0 && decoding.firstEnd() < step) {
      ended.add(decoding.removeFirstEnded(step));
    }
    for (var call : prefilling) {
      if (call.isPrefilled() && call.hasMadeItsLastToken()) {
        ended.add(call);
      } else if (call.isPrefilled()) {
        decoding.add(call, step);
      }
    }
    prefilling.removeIf(EngineCall::isPrefilled);
    for (var call : ended) {
      running.remove(call);
      memory.end(call, step);
    }
    for (var call : ended) {
      listener.ended(call.call, nowNanos);
    }
  }

  /// Takes steps of those under way, all but the last at most. The one after them is under way then.
  private void pass(long steps) {
    if (steps == 0) {
      return;
    }
    clock.add(picosOf(steps));
    decoding.advance(steps);
    memory.take(decoding.growthUnits(step + 1, steps));
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
