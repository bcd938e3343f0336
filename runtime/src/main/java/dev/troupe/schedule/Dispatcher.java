package dev.troupe.schedule;

import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineLoad;
import dev.troupe.engine.Lease.Why;
import dev.troupe.program.Call;
import dev.troupe.program.Program;
import dev.troupe.schedule.Placement.Choice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;

/// Everything one scheduler decides: who is let in, who goes next, and where.
///
/// Deterministic and confined to one thread; the time is an argument and never runs backwards. A call
/// takes a slot and its KV tokens of one engine's offers, or what is left of them. Calls are tried in
/// the queue's order. One that waits for its warm engine is passed over and keeps its place; how many
/// are passed over at once is bounded ([Limits]).
///
/// `dispatch` is O(engines) when no engine has a slot, and else O(log waiting + engines + length of
/// the prefix chain) for each call it looks at.
public final class Dispatcher {

  /// Calls whose engine is on its way that one `dispatch` looks past: for some seconds after a loss they
  /// may be most of those that wait.
  private static final int AWAITING = 1_000;

  private final CallQueue queue;
  private final Placement placement;
  private final Limits limits;
  private final EnginePool engines;
  private final GrantRate grantRate = new GrantRate();
  private final SentCalls sent = new SentCalls();
  private final AwaitedEngines awaited;
  private final Map<Call.Id, Long> passedOverNanos = new HashMap<>();
  private final Map<String, Long> placed = new TreeMap<>();
  private OptionalLong nextWakeNanos = OptionalLong.empty();
  // Whether anything was told since the latest pass over the queue.
  private boolean isTold;

  /// @param maxWaiting calls that may wait
  /// @param shortestRetry the least that a refused caller is told to wait
  /// @param longestRetry the most that a refused caller is told to wait
  /// @param passedOver calls that one `dispatch` may pass over
  /// @param settling how long programs wait for the engine that served them last, which is on its way
  public record Limits(
      int maxWaiting,
      Duration shortestRetry,
      Duration longestRetry,
      int passedOver,
      Duration settling) {}

  public sealed interface Admitted {

    /// @param ahead calls that stand before it, at most
    record Accepted(int ahead) implements Admitted {}

    /// As many calls wait as are allowed to.
    ///
    /// @param retryAfter when, at the present rate, the call would have had its turn
    record Refused(int waiting, Duration retryAfter) implements Admitted {}
  }

  /// A call and the engine it goes to. The engine's credit is spent.
  public record Dispatch(
      Waiting waiting, EngineId engine, int level, boolean isPromoted, Why why) {}

  /// @param waiting calls in the queue, by level
  /// @param oldestWaitNanos how long the call that waits longest has waited
  /// @param placed dispatches so far, by the rule that chose the engine
  public record View(
      List<Integer> waiting,
      long oldestWaitNanos,
      List<EngineView> engines,
      Map<String, Long> placed) {}

  /// @param spare offered and not spent
  public record EngineView(EngineId engine, Credit spare, EngineLoad load) {}

  /// @param queue makes the queue, given what this scheduler knows of the engines' caches
  Dispatcher(Function<Warmth, CallQueue> queue, Placement placement, Pace pace, Limits limits) {
    this.engines = new EnginePool(pace);
    this.queue = queue.apply(engines::mostCachedTokens);
    this.placement = placement;
    this.limits = limits;
    this.awaited = new AwaitedEngines(limits.settling());
  }

  /// This scheduler takes the place of one that was lost: engines that it has not heard of are on their
  /// way.
  public void begun(long nowNanos) {
    awaited.begun(nowNanos);
  }

  /// Queues a call. One that waits already is confirmed as it stands.
  public Admitted enqueue(Waiting waiting, long nowNanos) {
    if (!queue.contains(waiting.call().id()) && queue.size() >= limits.maxWaiting()) {
      int ahead = queue.ahead(waiting);
      return new Admitted.Refused(queue.size(), grantRate.retryAfter(ahead + 1, limits, nowNanos));
    }
    return enqueueAgain(waiting);
  }

  /// Queues a call that was admitted before and lost its place since, with its scheduler or its
  /// engine: it is not refused, however many wait.
  public Admitted.Accepted enqueueAgain(Waiting waiting) {
    int ahead = queue.ahead(waiting);
    if (queue.contains(waiting.call().id())) {
      return new Admitted.Accepted(Math.max(0, ahead - 1));
    }
    queue.add(waiting);
    isTold = true;
    return new Admitted.Accepted(ahead);
  }

  /// Takes a call out of the queue. One that was dispatched does not come back to it.
  public Optional<Waiting> withdraw(Call.Id call) {
    passedOverNanos.remove(call);
    sent.forget(call);
    engines.forget(call);
    isTold = true;
    return queue.remove(call);
  }

  /// Adds to what an engine has offered, and makes it a candidate. An offer of nothing tells how
  /// full it is.
  public void offer(EngineId engine, Credit credit, EngineLoad load) {
    engines.offered(engine, credit, load);
    if (credit.slots() > 0) {
      awaited.offered(engine);
    }
    isTold = true;
  }

  /// Takes back what is left of an engine's offers. It is no candidate until it offers again.
  public void retract(EngineId engine) {
    engines.retracted(engine);
    awaited.retracted(engine);
    isTold = true;
  }

  /// The engine has left the pool: nothing of it is kept.
  public void forget(EngineId engine) {
    engines.removed(engine);
    awaited.removed(engine);
    placement.removed(engine);
    isTold = true;
  }

  /// The engine's actor was lost, perhaps with its node: nothing of it is kept, and another one is on its
  /// way.
  public void lost(EngineId engine, long nowNanos) {
    forget(engine);
    awaited.lost(engine, nowNanos);
  }

  /// What an engine's KV cache has gained and lost.
  public void resident(EngineId engine, Collection<Long> gained, Collection<Long> lost) {
    engines.resident(engine, gained, lost);
    isTold = true;
  }

  /// Whether an engine's KV cache may hold more than was said: its actor has begun anew. A call of a
  /// program that it served last then counts as cached there.
  public void cacheKnown(EngineId engine, boolean isKnown) {
    engines.cacheKnown(engine, isKnown);
    isTold = true;
  }

  /// A call sent to an engine found no room there: it queues again, at its place. Its credit remains
  /// spent; the engine offers again when it has room.
  ///
  /// @return whether the call waits now; false when it is not known to have been sent there lately
  public boolean returned(EngineId engine, Call.Id call, long nowNanos) {
    var taken = sent.takeBack(engine, call, nowNanos);
    if (taken.isEmpty()) {
      return false;
    }
    engines.returned(engine, taken.get().waiting().call());
    isTold = true;
    if (!queue.contains(call)) {
      queue.putBack(taken.get());
    }
    return true;
  }

  /// Whether there may be something to dispatch: something was told, or a hold has ended.
  public boolean isDue(long nowNanos) {
    return isTold || nowNanos >= nextWakeNanos.orElse(Long.MAX_VALUE);
  }

  /// Sends every call that can go now. Asked again when nothing was told and no hold has ended, it
  /// looks at nothing.
  public List<Dispatch> dispatch(long nowNanos) {
    if (!isDue(nowNanos)) {
      return List.of();
    }
    isTold = false;
    nextWakeNanos = OptionalLong.empty();
    sent.forgetOld(nowNanos);
    if (queue.size() == 0 || !engines.hasRoom()) {
      return List.of();
    }
    var dispatched = new ArrayList<Dispatch>();
    var round = new DispatchRound(engines, placement, awaited, passedOverNanos, nowNanos);
    var calls = queue.inOrder(nowNanos);
    int passedOver = 0;
    int awaiting = 0;
    while (calls.hasNext()
        && passedOver < limits.passedOver()
        && awaiting < AWAITING
        && engines.hasRoom()) {
      var next = calls.next();
      if (round.awaitsItsEngine(next.waiting())) {
        awaiting++;
        continue;
      }
      if (!engines.isLetThrough(next.waiting().call())) {
        break;
      }
      var place = round.place(next.waiting());
      if (place.isEmpty()) {
        passedOver++;
        continue;
      }
      calls.remove();
      dispatched.add(send(next, place.get(), nowNanos));
    }
    nextWakeNanos = round.wakeNanos();
    return List.copyOf(dispatched);
  }

  /// When `dispatch` may send a call though nothing but time has passed: the earliest end of a hold,
  /// as the latest `dispatch` saw it. Promotions need no wake: they change the order of calls, and
  /// the order matters when there is room.
  public OptionalLong nextWakeNanos() {
    return nextWakeNanos;
  }

  public boolean isPromoted(Program.Id program, long nowNanos) {
    return queue.isPromoted(program, nowNanos);
  }

  public boolean isWaiting(Call.Id call) {
    return queue.contains(call);
  }

  public int waiting() {
    return queue.size();
  }

  public View view(long nowNanos) {
    var oldest = queue.oldestArrivalNanos();
    return new View(
        queue.sizes(),
        oldest.isPresent() ? Math.max(0, nowNanos - oldest.getAsLong()) : 0,
        engines.views(),
        Map.copyOf(placed));
  }

  private Dispatch send(CallQueue.Next next, Choice.Place place, long nowNanos) {
    var call = next.waiting().call();
    engines.sent(place.engine(), call);
    sent.add(next, place.engine(), nowNanos);
    grantRate.granted(nowNanos);
    placed.merge(place.why().rule(), 1L, Long::sum);
    passedOverNanos.remove(call.id());
    engines.forget(call.id());
    return new Dispatch(next.waiting(), place.engine(), next.level(), next.promoted(), place.why());
  }

  /// Fails when the parts disagree. For tests.
  void checkInvariants() {
    for (var room : engines.views()) {
      if (room.spare().slots() < 0 || room.load().inFlight() < 0) {
        throw new IllegalStateException("overspent: " + room);
      }
    }
    for (var call : passedOverNanos.keySet()) {
      if (!queue.contains(call)) {
        throw new IllegalStateException("passed over and not waiting: " + call);
      }
    }
    for (var call : engines.known()) {
      if (!queue.contains(call)) {
        throw new IllegalStateException("looked at and not waiting: " + call);
      }
    }
    if (queue.sizes().stream().mapToInt(Integer::intValue).sum() != queue.size()) {
      throw new IllegalStateException("levels and size differ: " + queue.sizes());
    }
    if (queue instanceof MultilevelQueue levels) {
      levels.checkInvariants();
    }
  }
}
