package dev.troupe.actor;

import dev.troupe.engine.Credit;
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
import dev.troupe.program.Reason;
import dev.troupe.program.Remote;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
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

  /// The first byte of the answer is here.
  public record Began(Lease.Id lease) implements Command, Remote {}

  /// The call is alive; its lease is renewed. An actor that has been restarted learns from it what
  /// runs.
  ///
  /// @param hasBegun whether its answer has begun
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
  }

  private record Probe() implements Command {}

  private record Probed(EngineStatus status) implements Command {}

  private record ProbeFailed(String cause) implements Command {}

  private record HolderGone(ActorRef<CallActor.Command> holder) implements Command {}

  private record SchedulerGone(ModelPool pool, ActorRef<SchedulerActor.Command> scheduler)
      implements Command {}

  /// Creates the actor of one engine.
  ///
  /// @param incarnation makes lease ids of this start differ from those of any other
  /// @param nanoClock monotonic time; `System::nanoTime` outside tests
  public static Behavior<Command> create(
      EngineDescription description, EnginePorts ports, Supplier<String> incarnation) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers -> {
          timers.startTimerWithFixedDelay(
              new Probe(), Duration.ZERO, ports.settings().probeInterval());
          return new EngineActor(context, description, ports, incarnation.get())
              .probing(Optional.empty());
        }));
  }

  private final ActorContext<Command> context;
  private final EngineDescription description;
  private final EnginePorts ports;
  private final EngineEndpoint endpoint;
  private final Instruments.Engine instruments;
  private final LeaseBook<ActorRef<CallActor.Command>> book;
  private final PrefixIndex prefixes;
  private final EngineHealth health;
  private final Set<Lease.Id> begun = new HashSet<>();
  private final Map<ModelPool, Optional<ActorRef<SchedulerActor.Command>>> schedulers =
      new LinkedHashMap<>();

  private EngineActor(
      ActorContext<Command> context,
      EngineDescription description,
      EnginePorts ports,
      String incarnation) {
    this.context = context;
    this.description = description;
    this.ports = ports;
    this.endpoint = description.endpoint();
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
  }

  private Behavior<Command> probing(Optional<EngineStatus> status) {
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, command -> onCommand(command, status))
        .onSignal(PostStop.class, _ -> stopped())
        .build();
  }

  private Behavior<Command> onCommand(Command command, Optional<EngineStatus> status) {
    switch (command) {
      case Start start -> onStart(start);
      case Declined(var lease) -> release(lease);
      case Began(var lease) -> onBegan(lease);
      case Progress progress -> onProgress(progress);
      case Ended(var lease, var end) -> onEnded(lease, end);
      case Overloaded(var lease) -> onOverloaded(lease);
      case Unreachable(var lease, var cause) -> onUnreachable(lease, cause);
      case HolderGone(var holder) ->
          book.heldBy(holder::equals).forEach(held -> release(held.lease().id()));
      case Enlisted(var pool, var scheduler) -> onEnlisted(pool, scheduler);
      case SchedulerGone(var pool, var scheduler) -> onSchedulerGone(pool, scheduler);
      case Describe(var replyTo) -> replyTo.tell(view(status));
      case Probe _ -> probe();
      case Probed(var answered) -> {
        onProbed(answered);
        return probing(Optional.of(answered));
      }
      case ProbeFailed(var cause) -> onProbeFailed(cause, status);
    }
    offerRoom(status, false);
    return Behaviors.same();
  }

  private void onStart(Start start) {
    var call = start.call();
    var lease =
        book.grant(call, start.replyTo(), start.level(), start.promoted(), start.why(), now());
    if (lease.isPresent()) {
      context.watchWith(start.replyTo(), new HolderGone(start.replyTo()));
      resident(prefixes.touch(call.prefix()));
      start.replyTo().tell(new CallActor.Granted(lease.get(), context.getSelf()));
    } else {
      start.scheduler().tell(new SchedulerActor.Returned(endpoint.id(), call.id()));
    }
  }

  private void onProgress(Progress progress) {
    var lease = progress.lease();
    if (!book.renew(lease.id(), now())) {
      book.adopt(lease, progress.call(), progress.holder(), now());
      context.watchWith(progress.holder(), new HolderGone(progress.holder()));
      if (progress.hasBegun()) {
        begun.add(lease.id());
      }
    }
  }

  private void onOverloaded(Lease.Id lease) {
    begun.remove(lease);
    if (book.inFlight() == 1) {
      // It takes not even one call: no window is small enough.
      health.callFailed(now());
    }
    book.refused(lease);
    capByHealth();
    probe();
  }

  private void onBegan(Lease.Id lease) {
    begun.add(lease);
    health.callAnswered(now());
    capByHealth();
  }

  private void onEnded(Lease.Id lease, CallEnd end) {
    begun.remove(lease);
    // Only an answer that is whole shows that the engine can take as much.
    var over = end.failure().isEmpty() ? book.end(lease) : book.release(lease);
    over.ifPresent(held -> {
      if (end.reported()) {
        int expected = held.lease().why().prefixTokens();
        instruments.prefix(expected, end.usage().cachedTokens());
      }
    });
    if (end.failure().filter(Reason.ENGINE_LOST::equals).isPresent()) {
      health.callFailed(now());
      probe();
    } else if (end.failure().isEmpty()) {
      health.callAnswered(now());
    }
    capByHealth();
  }

  private void onUnreachable(Lease.Id lease, String cause) {
    context.getLog().debug("a call could not reach the engine: {}", cause);
    release(lease);
    health.callFailed(now());
    capByHealth();
    probe();
  }

  private void release(Lease.Id lease) {
    begun.remove(lease);
    book.release(lease);
  }

  private void probe() {
    context.pipeToSelf(
        ports.client().probe(endpoint),
        (status, failure) ->
            failure == null
                ? new Probed(status)
                : new ProbeFailed(String.valueOf(failure.getMessage())));
  }

  private void onProbed(EngineStatus status) {
    boolean wasReachable = isReachable();
    health.probeAnswered(now());
    if (!wasReachable && isReachable()) {
      context.getLog().info("engine {} answers at {}", endpoint.id().value(), endpoint.url());
      resident(prefixes.forgetAll());
    }
    book.observed(status);
    capByHealth();
    status.kvCapacityTokens().ifPresent(capacity -> resident(prefixes.resize(capacity)));
    // A holder that lives after all brings its lease back with its next renewal.
    book.expire(now()).forEach(held -> begun.remove(held.lease().id()));
    enlist(modelsOf(Optional.of(status)));
    offerRoom(Optional.of(status), true);
    publish(Optional.of(status));
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
      book.heldBy(_ -> true).stream()
          .filter(held -> !begun.contains(held.lease().id()))
          .forEach(held -> {
            release(held.lease().id());
            held.holder().tell(new CallActor.Revoked(held.lease().id(), Reason.ENGINE_LOST));
          });
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
    var withdrawn = health.slots() == 0 ? schedulers.keySet() : book.overOffered();
    for (var pool : withdrawn) {
      ports.schedulers().tell(pool, new SchedulerActor.Retract(endpoint.id()));
      book.retract(pool);
    }
  }

  /// Makes the engine known to the schedulers of models it has not served before.
  private void enlist(Set<String> models) {
    for (var model : models) {
      var pool = new ModelPool(model);
      if (schedulers.putIfAbsent(pool, Optional.empty()) == null) {
        ports.schedulers().tell(pool, new SchedulerActor.Retract(endpoint.id()));
        resident(pool, prefixes.contents(), List.of());
      }
    }
  }

  private void onEnlisted(ModelPool pool, ActorRef<SchedulerActor.Command> scheduler) {
    var known = schedulers.put(pool, Optional.of(scheduler));
    context.watchWith(scheduler, new SchedulerGone(pool, scheduler));
    // What was offered before may have been lost with a scheduler that never answered.
    if (!Optional.of(scheduler).equals(known)) {
      offerAnew(pool);
    }
  }

  private void onSchedulerGone(ModelPool pool, ActorRef<SchedulerActor.Command> scheduler) {
    if (schedulers.getOrDefault(pool, Optional.empty()).equals(Optional.of(scheduler))) {
      schedulers.put(pool, Optional.empty());
      offerAnew(pool);
    }
  }

  private void offerAnew(ModelPool pool) {
    ports.schedulers().tell(pool, new SchedulerActor.Retract(endpoint.id()));
    book.retract(pool);
    resident(pool, prefixes.contents(), List.of());
  }

  /// Offers the room there is to each pool.
  ///
  /// @param always whether pools hear how the engine is even where there is no room to offer
  private void offerRoom(Optional<EngineStatus> status, boolean always) {
    int engineWaiting =
        status.map(EngineStatus::waiting).map(waiting -> waiting.orElse(0)).orElse(0);
    // One that takes nothing has been retracted, and stays so.
    var listening = health.slots() == 0 ? Set.<ModelPool>of() : schedulers.keySet();
    for (var pool : listening) {
      var credit = book.offer(pool);
      if (always || !credit.equals(Credit.NONE)) {
        ports
            .schedulers()
            .tell(
                pool,
                new SchedulerActor.Offer(
                    endpoint.id(), context.getSelf(), credit, book.load(engineWaiting)));
      }
    }
    instruments.load(book.inFlight(), book.window());
  }

  private void resident(PrefixIndex.Delta delta) {
    if (!delta.isEmpty()) {
      schedulers.keySet().forEach(pool -> resident(pool, delta.gained(), delta.lost()));
    }
  }

  private void resident(ModelPool pool, List<Long> gained, List<Long> lost) {
    if (!gained.isEmpty() || !lost.isEmpty()) {
      ports.schedulers().tell(pool, new SchedulerActor.Resident(endpoint.id(), gained, lost));
    }
  }

  private void publish(Optional<EngineStatus> status) {
    instruments.reachable(isReachable());
    ports.catalog().tell(new CatalogActor.EngineSeen(view(status)));
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

  private Behavior<Command> stopped() {
    schedulers
        .keySet()
        .forEach(pool -> ports.schedulers().tell(pool, new SchedulerActor.Retract(endpoint.id())));
    return Behaviors.same();
  }

  private long now() {
    return ports.nanoClock().getAsLong();
  }
}
