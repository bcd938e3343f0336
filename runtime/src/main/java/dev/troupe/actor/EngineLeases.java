package dev.troupe.actor;

import dev.troupe.engine.EngineHealth;
import dev.troupe.engine.Lease;
import dev.troupe.engine.LeaseBook;
import dev.troupe.metrics.Instruments;
import dev.troupe.program.CallEnd;
import dev.troupe.program.Reason;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/// The leases of one engine that are in flight: who holds them, and whose answers have begun. What comes of
/// their calls is told to the engine's health. Belongs to the [EngineActor].
final class EngineLeases {

  private final ActorContext<EngineActor.Command> context;
  private final LeaseBook<ActorRef<CallActor.Command>> book;
  private final EngineHealth health;
  private final Instruments.Engine instruments;
  private final LongSupplier nanoClock;
  private final Set<Lease.Id> begun = new HashSet<>();

  EngineLeases(
      ActorContext<EngineActor.Command> context,
      LeaseBook<ActorRef<CallActor.Command>> book,
      EngineHealth health,
      Instruments.Engine instruments,
      LongSupplier nanoClock) {
    this.context = context;
    this.book = book;
    this.health = health;
    this.instruments = instruments;
    this.nanoClock = nanoClock;
  }

  /// Grants a lease to a call, and tells it.
  ///
  /// @return whether there was room
  boolean grant(EngineActor.Start start) {
    var holder = start.replyTo();
    var lease =
        book.grant(start.call(), holder, start.level(), start.promoted(), start.why(), now());
    lease.ifPresent(granted -> holder.tell(new CallActor.Granted(granted, context.getSelf())));
    return lease.isPresent();
  }

  /// One that is not known was granted by an earlier actor, and is taken over.
  ///
  /// @return whether its answer has begun since it was heard of last, which the engine's health was told
  boolean renew(EngineActor.Progress progress) {
    var lease = progress.lease().id();
    var heardNanos = book.heardNanos(lease);
    if (!book.renew(lease, now())) {
      book.adopt(progress.lease(), progress.call(), progress.holder(), now());
    }
    boolean begins = progress.hasBegun() && begun.add(lease);
    if (begins) {
      heardNanos.ifPresent(health::callAnsweredSince);
    }
    return begins && heardNanos.isPresent();
  }

  void began(Lease.Id lease) {
    begun.add(lease);
    health.callAnswered(now());
  }

  void ended(Lease.Id lease, CallEnd end) {
    begun.remove(lease);
    // Only an answer that is whole shows that the engine can take as much.
    var over = end.failure().isEmpty() ? book.end(lease) : book.release(lease);
    over.filter(_ -> end.reported())
        .ifPresent(held ->
            instruments.prefix(held.lease().why().prefixTokens(), end.usage().cachedTokens()));
    if (end.failure().filter(Reason.ENGINE_LOST::equals).isPresent()) {
      health.callFailed(now());
    } else if (end.failure().isEmpty()) {
      health.callAnswered(now());
    }
  }

  void overloaded(Lease.Id lease) {
    begun.remove(lease);
    if (book.inFlight() == 1) {
      // It takes not even one call: no window is small enough.
      health.callFailed(now());
    }
    book.refused(lease);
  }

  void unreachable(Lease.Id lease) {
    release(lease);
    health.callFailed(now());
  }

  void release(Lease.Id lease) {
    begun.remove(lease);
    book.release(lease);
  }

  void releaseAll(Predicate<ActorRef<CallActor.Command>> holders) {
    book.heldBy(holders).forEach(held -> release(held.lease().id()));
  }

  /// A holder that lives after all brings its lease back with its next renewal.
  void expire() {
    book.expire(now()).forEach(held -> begun.remove(held.lease().id()));
  }

  /// Takes back the leases of those whose answer is not known to have begun. One whose answer has begun
  /// lately says so, and keeps its lease.
  void revokeNotBegun(Reason reason) {
    book.heldBy(_ -> true).stream()
        .filter(held -> !begun.contains(held.lease().id()))
        .forEach(held -> {
          release(held.lease().id());
          held.holder().tell(new CallActor.Revoked(held.lease().id(), reason));
        });
  }

  /// A holder says itself that it ends, and the cluster that a node is lost. One that is silent is watched none
  /// the less: its end may have been told in vain.
  void watchSilent() {
    book.silent(now())
        .forEach(
            held -> context.watchWith(held.holder(), new EngineActor.HolderGone(held.holder())));
  }

  private long now() {
    return nanoClock.getAsLong();
  }
}
