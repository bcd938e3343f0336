package dev.troupe.actor;

import dev.troupe.actor.LostNodes.NodeLost;
import dev.troupe.engine.EngineDescription;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineHealth;
import dev.troupe.engine.EngineStatus;
import dev.troupe.engine.Lease;
import dev.troupe.engine.LeaseBook;
import dev.troupe.engine.PrefixIndex;
import dev.troupe.metrics.Instruments;
import dev.troupe.program.Call;
import dev.troupe.program.CallEnd;
import dev.troupe.program.ModelPool;
import dev.troupe.program.Node;
import dev.troupe.program.Reason;
import dev.troupe.program.Remote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// One engine: its leases in flight, its window, what its KV cache holds, its health.
///
/// It asks the engine how it is at every probe, and offers the room it finds to the schedulers of the
/// engine's models. What it holds is soft: after a restart, leases come back with their holders'
/// [Progress], and schedulers that it does not know yet answer its offers with [Enlisted].
public final class EngineActor {

  public sealed interface Command {}

  /// Grants a lease to a call, if there is room.
  public record Start(
      Call call,
      int level,
      boolean promoted,
      Lease.Why why,
      ActorRef<CallActor.Command> replyTo,
      ActorRef<SchedulerActor.Command> scheduler)
      implements Command, Remote {}

  /// The lease is not wanted.
  public record Declined(Lease.Id lease) implements Command, Remote {}

  /// The first byte of the answer is here. Said by calls of earlier builds, during an upgrade: those of this
  /// one say it with [Progress], and with [Ended] if a whole answer comes first.
  public record Began(Lease.Id lease) implements Command, Remote {}

  /// The call is alive; its lease is renewed. An actor that has been restarted learns from it what
  /// runs.
  ///
  /// @param hasBegun whether the first byte of its answer is here
  public record Progress(
      Lease lease, Call call, boolean hasBegun, ActorRef<CallActor.Command> holder)
      implements Command, Remote {}

  /// The call is over on this engine.
  public record Ended(Lease.Id lease, CallEnd end) implements Command, Remote {}

  /// The engine said that it is too busy (429 or 503); the call queues again.
  public record Overloaded(Lease.Id lease) implements Command, Remote {}

  /// The engine could not be reached, or broke off before its first byte.
  public record Unreachable(Lease.Id lease, String cause) implements Command, Remote {}

  /// A scheduler has heard of the engine and did not know it before: what was offered to that pool
  /// until now is void.
  public record Enlisted(ModelPool pool, ActorRef<SchedulerActor.Command> scheduler)
      implements Command, Remote {}

  /// A node has the engine in its configuration: its actor begins, or goes on.
  public record Keep(EngineDescription description) implements Command, Remote {}

  /// Takes no more calls, and ends with the last of those that it has. For an engine that leaves with
  /// its node.
  ///
  /// @param replyTo answered when the last has ended
  public record Retire(ActorRef<Done> replyTo) implements Command {}

  public record Describe(ActorRef<EngineView> replyTo) implements Command, Remote {}

  /// @param models names it serves, as configured or else as it last said
  /// @param status what it last said of itself; empty while it has not answered
  /// @param window calls it may have in flight
  public record EngineView(
      EngineEndpoint endpoint,
      boolean isReachable,
      Set<String> models,
      Optional<EngineStatus> status,
      int window,
      int inFlight,
      long kvTokensInFlight)
      implements Remote {
    public EngineView {
      models = Set.copyOf(models);
    }

    /// The same engine, of which nothing is heard any more.
    EngineView unreachable() {
      return new EngineView(endpoint, false, models, status, window, inFlight, kvTokensInFlight);
    }
  }

  /// What came before it has been worked off: time to say what room there is.
  private record OfferRoom() implements Command {}

  private record Probe() implements Command {}

  private record Probed(EngineStatus status) implements Command {}

  private record ProbeFailed(String cause) implements Command {}

  /// A call has gone without a word.
  record HolderGone(ActorRef<CallActor.Command> holder) implements Command {}

  private record HoldersLost(Node node) implements Command {}

  private record SchedulerGone(ModelPool pool, ActorRef<SchedulerActor.Command> scheduler)
      implements Command {}

  /// How long an actor without leases waits for the holders of those that an earlier one granted. They
  /// renew them as soon as they hear of the new one, and by `troupe.call.announce-interval` (5 s) where
  /// it began anew in its place.
  private static final Duration SETTLING = Duration.ofSeconds(6);

  /// How long an engine's cache may hold what an earlier actor knew of, and programs come back to it.
  private static final Duration UNCERTAIN = Duration.ofMinutes(10);

  /// Creates the actor of an engine that stays where it is, as long as its node is there.
  ///
  /// @param incarnation makes lease ids of this start differ from those of any other
  public static Behavior<Command> pinned(
      EngineDescription description, EnginePorts ports, Supplier<String> incarnation) {
    return create(description, ports, incarnation, EngineRetention.forEver(description));
  }

  /// Creates the actor of an engine that is in the configuration of some nodes. It begins with the first
  /// [Keep], and ends when none has come for a while.
  ///
  /// @param incarnation makes lease ids of this start differ from those of any other
  /// @param passivate called with the actor's reference when no node has the engine any more
  public static Behavior<Command> kept(
      EnginePorts ports, Supplier<String> incarnation, Consumer<ActorRef<Command>> passivate) {
    return Behaviors.receiveMessage(first ->
        first instanceof Keep(var description)
            ? create(
                description,
                ports,
                incarnation,
                EngineRetention.until(
                    ports.settings().forgetAfter(),
                    description,
                    ports.nanoClock().getAsLong(),
                    passivate))
            : Behaviors.same());
  }

  private static Behavior<Command> create(
      EngineDescription description,
      EnginePorts ports,
      Supplier<String> incarnation,
      EngineRetention retention) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers -> {
          ports
              .nodes()
              .tell(context.messageAdapter(NodeLost.class, lost -> new HoldersLost(lost.node())));
          timers.startTimerWithFixedDelay(
              new Probe(), Duration.ZERO, ports.settings().probeInterval());
          return new EngineActor(context, description, ports, incarnation.get(), retention)
              .probing(Optional.empty());
        }));
  }

  private final ActorContext<Command> context;
  private final EngineDescription description;
  private final EnginePorts ports;
  private final EngineEndpoint endpoint;
  private final EngineRetention retention;
  private final Instruments.Engine instruments;
  private final LeaseBook<ActorRef<CallActor.Command>> book;
  private final PrefixIndex prefixes;
  private final EngineHealth health;
  private final EngineOffers offers;
  private final EngineLeases leases;

  /// Who waits for the end of an engine that takes no more calls.
  private final List<ActorRef<Done>> retired = new ArrayList<>();

  private final long startedNanos;

  private EngineActor(
      ActorContext<Command> context,
      EngineDescription description,
      EnginePorts ports,
      String incarnation,
      EngineRetention retention) {
    this.context = context;
    this.description = description;
    this.ports = ports;
    this.endpoint = description.endpoint();
    this.retention = retention;
    this.instruments = ports.instruments().engine(endpoint.id());
    var settings = ports.settings();
    this.book =
        new LeaseBook<>(
            endpoint,
            incarnation,
            settings.window().newWindow(description.slots(), description.kvTokens()),
            settings.leaseTime().toNanos());
    this.prefixes = new PrefixIndex(description.kvTokens().orElse(settings.prefixTokens()));
    this.health = new EngineHealth(settings.breaker());
    this.leases = new EngineLeases(context, book, health, instruments, ports.nanoClock());
    this.offers =
        new EngineOffers(endpoint.id(), context.getSelf(), ports.schedulers(), book, prefixes);
    this.startedNanos = now();
  }

  private Behavior<Command> probing(Optional<EngineStatus> status) {
    return Behaviors.receiveMessage(command -> onCommand(command, status));
  }

  private Behavior<Command> onCommand(Command command, Optional<EngineStatus> status) {
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
      case Describe(var replyTo) -> replyTo.tell(view(status));
      case Probe _ -> {
        if (retention.isOver(now())) {
          return givenUp();
        }
        leases.watchSilent();
        probe();
      }
      case Probed(var answered) -> {
        onProbed(answered, status.isPresent());
        return probing(Optional.of(answered));
      }
      case ProbeFailed(var cause) -> onProbeFailed(cause, status);
      case OfferRoom _ -> {
        offers.begun();
        offerRoom(status, false);
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
      start.scheduler().tell(new SchedulerActor.Returned(endpoint.id(), start.call().id()));
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
              endpoint.id().value(),
              description,
              said);
    }
  }

  private Behavior<Command> givenUp() {
    context
        .getLog()
        .info("no node has engine {} in its configuration any more", endpoint.id().value());
    offers.takeBack(true);
    ports.catalogs().accept(new CatalogActor.EngineRemoved(endpoint.id()));
    retention.end(context.getSelf());
    return Behaviors.ignore();
  }

  private void probe() {
    context.pipeToSelf(
        ports.client().probe(endpoint),
        (status, failure) ->
            failure == null
                ? new Probed(status)
                : new ProbeFailed(String.valueOf(failure.getMessage())));
  }

  private void onProbed(EngineStatus status, boolean wasSeen) {
    boolean wasReachable = isReachable();
    health.probeAnswered(now());
    if (!wasReachable && isReachable()) {
      context.getLog().info("engine {} answers at {}", endpoint.id().value(), endpoint.url());
      if (wasSeen) {
        // It is back, and has lost its cache meanwhile. Of one that runs already, nothing is known.
        offers.resident(prefixes.forgetAll());
      }
    }
    book.observed(status);
    book.unclaimed(unclaimedOf(status));
    capByHealth();
    status.kvCapacityTokens().ifPresent(capacity -> offers.resident(prefixes.resize(capacity)));
    leases.expire();
    offers.enlist(modelsOf(Optional.of(status)));
    offerRoom(Optional.of(status), true);
    publish(Optional.of(status));
  }

  /// Calls that run under leases of an earlier actor, whose holders have not been heard of yet.
  private int unclaimedOf(EngineStatus status) {
    return now() - startedNanos < SETTLING.toNanos()
        ? Math.max(0, status.running().orElse(0) - book.inFlight())
        : 0;
  }

  private void onProbeFailed(String cause, Optional<EngineStatus> status) {
    boolean wasReachable = isReachable();
    health.probeFailed(now());
    if (wasReachable && !isReachable()) {
      context
          .getLog()
          .warn(
              "engine {} does not answer at {}: {}", endpoint.id().value(), endpoint.url(), cause);
      // What has not begun is better off elsewhere; what has begun goes on while its bytes come.
      leases.revokeNotBegun(Reason.ENGINE_LOST);
    }
    capByHealth();
    publish(status);
  }

  private boolean isReachable() {
    return health.state() != EngineHealth.State.UNREACHABLE;
  }

  private void capByHealth() {
    book.cap(health.slots());
    // One that takes nothing is no engine to wait for.
    offers.takeBack(health.slots() == 0 || isRetired());
  }

  private void offerRoom(Optional<EngineStatus> status, boolean always) {
    // One that takes nothing has taken its offers back, and stays so.
    if (health.slots() > 0 && !isRetired()) {
      int waiting = status.map(EngineStatus::waiting).orElse(OptionalInt.empty()).orElse(0);
      offers.offerRoom(waiting, always, isCacheKnown());
    }
    instruments.load(book.inFlight(), book.window());
  }

  /// Programs that come back after longer find little of what an earlier actor knew.
  private boolean isCacheKnown() {
    return prefixes.isComplete() || now() - startedNanos > UNCERTAIN.toNanos();
  }

  private void publish(Optional<EngineStatus> status) {
    instruments.reachable(isReachable());
    ports.catalogs().accept(new CatalogActor.EngineSeen(view(status), context.getSelf()));
  }

  private EngineView view(Optional<EngineStatus> status) {
    return new EngineView(
        endpoint,
        isReachable(),
        modelsOf(status),
        status,
        book.window(),
        book.inFlight(),
        book.kvTokensInFlight());
  }

  private Set<String> modelsOf(Optional<EngineStatus> status) {
    return description.models().isEmpty()
        ? status.map(EngineStatus::models).orElse(Set.of())
        : description.models();
  }

  private long now() {
    return ports.nanoClock().getAsLong();
  }
}
