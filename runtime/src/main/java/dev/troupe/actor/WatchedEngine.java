package dev.troupe.actor;

import dev.troupe.actor.EngineActor.Began;
import dev.troupe.actor.EngineActor.Command;
import dev.troupe.actor.EngineActor.Declined;
import dev.troupe.actor.EngineActor.Describe;
import dev.troupe.actor.EngineActor.Ended;
import dev.troupe.actor.EngineActor.EngineView;
import dev.troupe.actor.EngineActor.Enlisted;
import dev.troupe.actor.EngineActor.HolderGone;
import dev.troupe.actor.EngineActor.HoldersLost;
import dev.troupe.actor.EngineActor.Keep;
import dev.troupe.actor.EngineActor.OfferRoom;
import dev.troupe.actor.EngineActor.Overloaded;
import dev.troupe.actor.EngineActor.Probe;
import dev.troupe.actor.EngineActor.ProbeFailed;
import dev.troupe.actor.EngineActor.Probed;
import dev.troupe.actor.EngineActor.Progress;
import dev.troupe.actor.EngineActor.Retire;
import dev.troupe.actor.EngineActor.SchedulerGone;
import dev.troupe.actor.EngineActor.Start;
import dev.troupe.actor.EngineActor.Unreachable;
import dev.troupe.engine.EngineCondition;
import dev.troupe.engine.EngineDescription;
import dev.troupe.engine.EngineHealth;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineInheritance;
import dev.troupe.engine.EngineStatus;
import dev.troupe.engine.LeaseBook;
import dev.troupe.engine.PrefixIndex;
import dev.troupe.metrics.Instruments;
import dev.troupe.program.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// An engine that is asked how it is, at every probe and when a call fails: what it may have in
/// flight follows from its answers, and the room that is found is offered to the schedulers of
/// its models.
final class WatchedEngine {

  private final ActorContext<Command> context;
  private final EngineDescription description;
  private final EnginePorts ports;
  private final EngineId id;
  private final EngineRetention retention;
  private final Instruments.Engine instruments;
  private final LeaseBook<ActorRef<CallActor.Command>> book;
  private final PrefixIndex prefixes;
  private final EngineCondition condition;
  private final EngineInheritance inheritance;
  private final EngineOffers offers;
  private final EngineLeases leases;

  /// Who waits for the end of an engine that takes no more calls.
  private final List<ActorRef<Done>> retired = new ArrayList<>();

  private WatchedEngine(
      ActorContext<Command> context,
      EngineDescription description,
      EnginePorts ports,
      String incarnation,
      EngineRetention retention) {
    this.context = context;
    this.description = description;
    this.ports = ports;
    this.id = description.endpoint().id();
    this.retention = retention;
    this.instruments = ports.instruments().engine(id);
    var settings = ports.settings();
    this.book =
        new LeaseBook<>(
            description.endpoint(),
            incarnation,
            settings.window().newWindow(description.slots(), description.kvTokens()),
            settings.leaseTime().toNanos());
    this.prefixes = new PrefixIndex(description.kvTokens().orElse(settings.prefixTokens()));
    var health = new EngineHealth(settings.breaker());
    this.condition = new EngineCondition(description, health);
    this.inheritance = new EngineInheritance(ports.nanoClock().getAsLong());
    this.leases = new EngineLeases(context, book, health, instruments, ports.nanoClock());
    this.offers = new EngineOffers(id, context.getSelf(), ports.schedulers(), book, prefixes);
  }

  static Behavior<Command> create(
      ActorContext<Command> context,
      EngineDescription description,
      EnginePorts ports,
      String incarnation,
      EngineRetention retention) {
    return Behaviors.receiveMessage(
        new WatchedEngine(context, description, ports, incarnation, retention)::onCommand);
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Start start -> onStart(start);
      case Declined(var lease) -> leases.release(lease);
      case Began(var lease) -> {
        leases.began(lease);
        capByHealth();
      }
      case Progress progress -> {
        if (leases.renew(progress)) {
          capByHealth();
        }
      }
      case Ended(var lease, var end) -> {
        leases.ended(lease, end);
        doubtIf(end.failure().filter(Reason.ENGINE_LOST::equals).isPresent());
      }
      case Overloaded(var lease) -> {
        leases.overloaded(lease);
        doubtIf(true);
      }
      case Unreachable(var lease, var cause) -> {
        context.getLog().debug("a call could not reach the engine: {}", cause);
        leases.unreachable(lease);
        doubtIf(true);
      }
      case HolderGone(var holder) -> leases.releaseAll(holder::equals);
      case HoldersLost(var node) -> {
        var lost = Optional.of(node);
        leases.releaseAll(holder -> LostNodes.nodeOf(holder).equals(lost));
      }
      case Enlisted(var pool, var scheduler) -> {
        context.watchWith(scheduler, new SchedulerGone(pool, scheduler));
        offers.enlisted(pool, scheduler);
      }
      case SchedulerGone(var pool, var scheduler) -> offers.schedulerGone(pool, scheduler);
      case Keep(var said) -> onKeep(said);
      case Retire(var replyTo) -> {
        retired.add(replyTo);
        offers.takeBack(true);
      }
      case Describe(var replyTo) -> replyTo.tell(view());
      case Probe _ -> {
        if (retention.isOver(now())) {
          return givenUp();
        }
        leases.watchSilent();
        probe();
      }
      case Probed(var answered) -> {
        onProbed(answered);
        return Behaviors.same();
      }
      case ProbeFailed(var cause) -> onProbeFailed(cause);
      case OfferRoom _ -> {
        offers.begun();
        offerRoom(false);
        return Behaviors.same();
      }
    }
    // One offer for all that ended meanwhile.
    if (offers.changed()) {
      context.getSelf().tell(new OfferRoom());
    }
    if (isRetired() && book.inFlight() == 0) {
      retired.forEach(waiting -> waiting.tell(Done.getInstance()));
      return Behaviors.stopped();
    }
    return Behaviors.same();
  }

  private boolean isRetired() {
    return !retired.isEmpty();
  }

  private void onStart(Start start) {
    if (!isRetired() && leases.grant(start)) {
      offers.resident(prefixes.touch(start.call().prefix()));
    } else {
      start.scheduler().tell(new SchedulerActor.Returned(id, start.call().id()));
    }
  }

  /// What came of a call says something about the engine's health.
  private void doubtIf(boolean isDoubtful) {
    capByHealth();
    if (isDoubtful) {
      probe();
    }
  }

  private void onKeep(EngineDescription said) {
    if (!retention.keep(said, now()) && retention.isNews(said)) {
      context
          .getLog()
          .warn(
              "engine {} is described differently by nodes; until those are gone that say {}, {} does"
                  + " not count",
              id.value(),
              description,
              said);
    }
  }

  private Behavior<Command> givenUp() {
    context.getLog().info("no node has engine {} in its configuration any more", id.value());
    offers.takeBack(true);
    ports.catalogs().accept(new CatalogActor.EngineRemoved(id));
    retention.end(context.getSelf());
    return Behaviors.ignore();
  }

  private void probe() {
    context.pipeToSelf(
        ports.client().probe(description.endpoint()),
        (status, failure) ->
            failure == null ? new Probed(status) : new ProbeFailed(cause(failure)));
  }

  /// What the client said, without what a future puts around it.
  private static String cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? cause(failure.getCause())
        : String.valueOf(failure.getMessage());
  }

  private void onProbed(EngineStatus status) {
    var change = condition.answered(status, now());
    if (change != EngineCondition.Change.NONE) {
      context.getLog().info("engine {} answers at {}", id.value(), description.endpoint().url());
    }
    if (change == EngineCondition.Change.BACK) {
      offers.resident(prefixes.forgetAll());
    }
    book.observed(status);
    book.unclaimed(inheritance.unclaimedCalls(status, book.inFlight(), now()));
    capByHealth();
    status.kvCapacityTokens().ifPresent(capacity -> offers.resident(prefixes.resize(capacity)));
    leases.expire();
    offers.enlist(condition.models());
    offerRoom(true);
    publish();
  }

  private void onProbeFailed(String cause) {
    boolean isGone = condition.failed(cause, now());
    if (condition.isNews(cause)) {
      context
          .getLog()
          .warn(
              "engine {} does not answer at {}: {}",
              id.value(),
              description.endpoint().url(),
              cause);
    }
    if (isGone) {
      // What has not begun is better off elsewhere; what has begun goes on while its bytes
      // come.
      leases.revokeNotBegun(Reason.ENGINE_LOST);
    }
    capByHealth();
    publish();
  }

  private void capByHealth() {
    book.cap(condition.slots());
    // One that takes nothing is no engine to wait for.
    offers.takeBack(condition.slots() == 0 || isRetired());
  }

  /// @param always whether schedulers hear how the engine is even where there is no room to
  ///     offer
  private void offerRoom(boolean always) {
    // One that takes nothing has taken its offers back, and stays so.
    if (condition.slots() > 0 && !isRetired()) {
      offers.offerRoom(condition.waiting(), always, inheritance.isCacheKnown(prefixes, now()));
    }
    instruments.load(book.inFlight(), book.window());
  }

  private void publish() {
    instruments.reachable(condition.isReachable());
    ports.catalogs().accept(new CatalogActor.EngineSeen(view(), context.getSelf()));
  }

  private EngineView view() {
    return new EngineView(
        description.endpoint(),
        condition.isReachable(),
        condition.models(),
        condition.status(),
        book.window(),
        book.inFlight(),
        book.kvTokensInFlight(),
        condition.whyUnreachable());
  }

  private long now() {
    return ports.nanoClock().getAsLong();
  }
}
