package dev.troupe.engine;

import dev.troupe.program.Call;
import dev.troupe.program.ModelPool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.function.Predicate;

/// One engine's leases, and the room it has offered to the schedulers of its pools.
///
/// For an engine of one pool, `offered + in flight ≤ window`, in calls and in KV tokens, unless the
/// window has just shrunk or the last call was larger than what was left. An engine of several pools
/// offers its room to each of them, since it cannot know which will use it: together they may send
/// more than there is, and the surplus is refused. A refused or granted call uses up one offer; a
/// lease ends exactly once.
///
/// Mutable, confined. Methods are O(1), or O(leases) where they return several.
///
/// @param <H> who holds a lease
public final class LeaseBook<H> {

  private final EngineEndpoint engine;
  private final String incarnation;
  private final EngineWindow window;
  private final long leaseNanos;
  // In the order of granting.
  private final SequencedMap<Lease.Id, Held<H>> held = new LinkedHashMap<>();
  private final Map<ModelPool, Credit> offered = new LinkedHashMap<>();
  private int cap = Integer.MAX_VALUE;
  private int unclaimed;
  private long kvTokensInFlight;
  private long nextLease = 1;

  /// A lease that is out.
  ///
  /// @param deadlineNanos when it becomes void unless it is renewed
  public record Held<H>(Lease lease, Call call, H holder, long grantedNanos, long deadlineNanos) {}

  /// @param incarnation unlike that of any other book of this engine; part of every lease's id
  /// @param leaseNanos how long a lease holds without being renewed
  public LeaseBook(
      EngineEndpoint engine, String incarnation, EngineWindow window, long leaseNanos) {
    this.engine = engine;
    this.incarnation = incarnation;
    this.window = window;
    this.leaseNanos = leaseNanos;
  }

  /// Grants a lease if there is room, and uses up one offer to the call's pool in any case.
  ///
  /// @return empty when there is no room
  public Optional<Lease> grant(
      Call call, H holder, int level, boolean promoted, Lease.Why why, long nowNanos) {
    offered.computeIfPresent(call.pool(), (_, credit) -> credit.minus(call.kvTokens()));
    if (!room().hasRoom()) {
      return Optional.empty();
    }
    var id = new Lease.Id(engine.id().value() + "/" + incarnation + "/" + nextLease++);
    var lease = new Lease(id, call.id(), engine, level, promoted, why);
    held.put(id, new Held<>(lease, call, holder, nowNanos, nowNanos + leaseNanos));
    kvTokensInFlight += call.kvTokens();
    return Optional.of(lease);
  }

  /// Takes up a lease that an earlier book of this engine granted and this one does not know. It
  /// counts as in flight, over the window if need be.
  public void adopt(Lease lease, Call call, H holder, long nowNanos) {
    if (held.putIfAbsent(
            lease.id(), new Held<>(lease, call, holder, nowNanos, nowNanos + leaseNanos))
        == null) {
      kvTokensInFlight += call.kvTokens();
      unclaimed = Math.max(0, unclaimed - 1);
    }
  }

  /// So many calls run on the engine under leases of an earlier book, whose holders have not been heard
  /// of yet. They take room until their leases are adopted, or until fewer are said to be left.
  public void unclaimed(int calls) {
    unclaimed = calls;
  }

  /// @return whether the lease is out
  public boolean renew(Lease.Id lease, long nowNanos) {
    return held.computeIfPresent(
            lease,
            (_, now) ->
                new Held<>(
                    now.lease(),
                    now.call(),
                    now.holder(),
                    now.grantedNanos(),
                    nowNanos + leaseNanos))
        != null;
  }

  /// When the lease was granted, taken up or renewed last; empty when it is not out.
  public OptionalLong heardNanos(Lease.Id lease) {
    var known = held.get(lease);
    return known == null
        ? OptionalLong.empty()
        : OptionalLong.of(known.deadlineNanos() - leaseNanos);
  }

  /// A call was served to its end: its lease is over, and the window may grow.
  ///
  /// @return empty when the lease is not out
  public Optional<Held<H>> end(Lease.Id lease) {
    if (held.containsKey(lease)) {
      window.ended(inFlight(), kvTokensInFlight);
    }
    return release(lease);
  }

  /// The engine was too busy for a call: its lease is over, and the window shrinks.
  ///
  /// @return empty when the lease is not out
  public Optional<Held<H>> refused(Lease.Id lease) {
    if (held.containsKey(lease)) {
      window.refused(inFlight());
    }
    return release(lease);
  }

  /// A lease is over in any other way: declined, revoked, its engine lost.
  ///
  /// @return empty when the lease is not out
  public Optional<Held<H>> release(Lease.Id lease) {
    var over = Optional.ofNullable(held.remove(lease));
    over.ifPresent(was -> kvTokensInFlight -= was.call().kvTokens());
    return over;
  }

  /// Ends the leases that were not renewed in time.
  public List<Held<H>> expire(long nowNanos) {
    var overdue =
        held.values().stream().filter(lease -> nowNanos - lease.deadlineNanos() >= 0).toList();
    overdue.forEach(lease -> release(lease.lease().id()));
    return overdue;
  }

  /// The leases that were neither granted nor renewed for a third of the time that they hold.
  public List<Held<H>> silent(long nowNanos) {
    return held.values().stream()
        .filter(lease -> lease.deadlineNanos() - nowNanos <= leaseNanos - leaseNanos / 3)
        .toList();
  }

  /// The leases that are out to such holders.
  public List<Held<H>> heldBy(Predicate<? super H> holder) {
    return held.values().stream().filter(lease -> holder.test(lease.holder())).toList();
  }

  public Optional<Held<H>> held(Lease.Id lease) {
    return Optional.ofNullable(held.get(lease));
  }

  /// The engine has answered a probe. Its window may have shrunk; see [#overOffered].
  public void observed(EngineStatus status) {
    var latest = held.lastEntry();
    long latestKvTokens = latest == null ? 0 : latest.getValue().call().kvTokens();
    window.observed(status, inFlight(), kvTokensInFlight - latestKvTokens);
  }

  /// Limits the window further; 0 to grant and offer nothing. See [#overOffered].
  public void cap(int slots) {
    this.cap = slots;
  }

  /// Takes what may be offered to a pool now, on top of what it was offered before.
  ///
  /// @return [Credit#NONE] when there is nothing to offer
  public Credit offer(ModelPool pool) {
    var before = offered.getOrDefault(pool, Credit.NONE);
    var room = room();
    int slots = Math.max(0, room.slots() - before.slots());
    if (slots + before.slots() == 0) {
      // KV tokens are of use only with a slot; they stay here until there is one.
      return Credit.NONE;
    }
    var spare = new Credit(slots, Math.max(0, room.kvTokens() - before.kvTokens()));
    offered.put(pool, before.plus(spare));
    return spare;
  }

  /// The pools that have been offered more than there is now. What they were offered is to be taken
  /// back with [#retract], and what there is offered anew.
  public List<ModelPool> overOffered() {
    // Pools beside each other count on the same room on purpose: only what exceeds it alone is
    // wrong.
    var room = offered.size() == 1 ? room() : new Credit(window() - unclaimed, window.kvTokens());
    var over = new ArrayList<ModelPool>();
    offered.forEach((pool, credit) -> {
      boolean slots = credit.slots() > Math.max(0, room.slots());
      boolean kvTokens = credit.kvTokens() > Math.max(0, room.kvTokens());
      if (slots || kvTokens) {
        over.add(pool);
      }
    });
    return over;
  }

  /// What a pool was offered is void: it has been taken back, or its scheduler has forgotten it.
  public void retract(ModelPool pool) {
    offered.remove(pool);
  }

  /// Room offered to a pool and not used up.
  public Credit offered(ModelPool pool) {
    return offered.getOrDefault(pool, Credit.NONE);
  }

  /// Calls that may be in flight.
  public int window() {
    return Math.min(window.slots(), cap);
  }

  public int inFlight() {
    return held.size();
  }

  public long kvTokensInFlight() {
    return kvTokensInFlight;
  }

  /// @param engineWaiting calls waiting in the engine itself
  /// @param isShared whether schedulers of several models send it calls
  public EngineLoad load(int engineWaiting, boolean isShared) {
    return new EngineLoad(inFlight(), kvTokensInFlight, engineWaiting, isShared);
  }

  /// What is not in flight; less than nothing when the window has shrunk.
  private Credit room() {
    long kvTokens = window.kvTokens();
    return new Credit(
        window() - inFlight() - unclaimed,
        kvTokens == Credit.UNLIMITED ? kvTokens : kvTokens - kvTokensInFlight);
  }
}
