package dev.troupe.simulation.physics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/// The calls of an engine and the memory they hold: which of them each step computes, who is admitted,
/// and who gives way when memory is short. It knows steps by their numbers, and no time.
///
/// Mutable, confined to its engine.
final class EngineCalls<C> {

  private static final Comparator<EngineCall<?>> LEAST_URGENT_LAST =
      Comparator.<EngineCall<?>>comparingInt(call -> call.demand.priority())
          .thenComparingLong(call -> call.arrival);

  private final EngineProfile profile;
  private final KvMemory memory;
  private final WaitingCalls<C> waiting;
  private final DecodingCalls<C> decoding = new DecodingCalls<>();
  // Both in the order of admission.
  private final List<EngineCall<C>> running = new ArrayList<>();
  private final List<EngineCall<C>> prefilling = new ArrayList<>();

  private long arrivals;
  private long admissions;
  private long preemptions;
  private long recomputedTokens;

  EngineCalls(EngineProfile profile, KvMemory memory) {
    this.profile = profile;
    this.memory = memory;
    this.waiting = new WaitingCalls<>(profile.order());
  }

  /// The call joins those that wait.
  ///
  /// @return whether the next step may admit it: behind one that has found no room it changes nothing
  boolean add(C call, Demand demand) {
    var added = new EngineCall<>(call, demand, arrivals++);
    waiting.add(added);
    return waiting.first() == added && running.size() < profile.maxSequences();
  }

  boolean isEmpty() {
    return running.isEmpty() && waiting.isEmpty();
  }

  int running() {
    return running.size();
  }

  int waiting() {
    return waiting.size();
  }

  /// Those that make a token in every step.
  int decoding() {
    return decoding.size();
  }

  /// Sum over these of their tokens in KV memory with the one that the next step writes.
  long contextTokens() {
    return decoding.contextTokens();
  }

  long preemptions() {
    return preemptions;
  }

  long recomputedTokens() {
    return recomputedTokens;
  }

  /// Finds the decoding calls the memory that a step needs.
  ///
  /// @return whether that took no preemption
  boolean grow(long step) {
    boolean found = true;
    while (decoding.growthUnits(step, 1) > memory.availableUnits()) {
      if (running.size() == 1) {
        memory.giveWay();
      } else {
        preempt(victim(), step);
        found = false;
      }
    }
    memory.take(decoding.growthUnits(step, 1));
    return found;
  }

  /// Computes the prefills of a step.
  ///
  /// @param admits whether calls that wait may join
  PrefillBatch<C> prefill(boolean admits) {
    var batch = new PrefillBatch<C>(profile.stepTokens() - decoding.size());
    for (var call : prefilling) {
      compute(call, batch);
    }
    if (admits) {
      admit(batch);
    }
    recomputedTokens += batch.tokensComputedBefore();
    return batch;
  }

  /// Steps of decoding alone, beginning with this one, until a call ends or memory is short. What waits now
  /// finds no room in any of them, since they only take memory.
  long stepsToTheNextChange(long step) {
    long most = decoding.firstEnd() - step;
    return 1 + decoding.stepsWithin(memory.availableUnits(), step + 1, most);
  }

  /// Steps of decoding alone have passed, from this one on; memory is taken for as many after it.
  void pass(long step, long steps) {
    decoding.advance(steps);
    memory.take(decoding.growthUnits(step + 1, steps));
  }

  /// A step has ended.
  ///
  /// @param next the step after it
  /// @return the calls whose last token it made; they are gone
  List<EngineCall<C>> end(long next) {
    decoding.advance(1);
    var ended = new ArrayList<EngineCall<C>>();
    while (decoding.size() > 0 && decoding.firstEnd() < next) {
      ended.add(decoding.removeFirstEnded(next));
    }
    for (var call : prefilling) {
      if (call.isPrefilled() && call.hasMadeItsLastToken()) {
        ended.add(call);
      } else if (call.isPrefilled()) {
        decoding.add(call, next);
      }
    }
    prefilling.removeIf(EngineCall::isPrefilled);
    for (var call : ended) {
      running.remove(call);
      memory.end(call, next);
    }
    return ended;
  }

  private EngineCall<C> victim() {
    return switch (profile.order()) {
      case ARRIVAL -> running.getLast();
      case PRIORITY -> Collections.max(running, LEAST_URGENT_LAST);
    };
  }

  private void preempt(EngineCall<C> call, long step) {
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
}
