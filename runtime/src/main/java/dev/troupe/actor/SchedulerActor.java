package dev.troupe.actor;

import dev.troupe.actor.LostNodes.NodeLost;
import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineLoad;
import dev.troupe.metrics.Instruments;
import dev.troupe.program.Call;
import dev.troupe.program.ModelPool;
import dev.troupe.program.Node;
import dev.troupe.program.Priority;
import dev.troupe.program.Reason;
import dev.troupe.program.Remote;
import dev.troupe.schedule.Dispatcher;
import dev.troupe.schedule.ScheduleSettings;
import dev.troupe.schedule.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Gives the room on a pool's engines to its waiting calls, late: a call is bound to an engine only
/// when that has room.
///
/// All decisions are [Dispatcher]'s; this actor turns messages into calls on it and its answers into
/// messages. The state is soft. A scheduler that fails is stopped, not restarted in place: the calls
/// and engines that watch it then announce themselves to its successor.
public final class SchedulerActor {

  public sealed interface Command {}

  /// Queues a call, or confirms that it is queued.
  ///
  /// @param waitedNanos how long it has waited already
  /// @param isAdmitted whether a scheduler has admitted it before: then it is not refused
  public record Enqueue(
      Call call,
      Priority priority,
      long waitedNanos,
      boolean isAdmitted,
      Set<EngineId> excluded,
      Optional<EngineId> lastEngine,
      ActorRef<CallActor.Command> replyTo)
      implements Command, Remote {
    public Enqueue {
      excluded = Set.copyOf(excluded);
    }
  }

  /// Takes a call out of the queue; has no effect on one that was dispatched.
  public record Withdraw(Call.Id call) implements Command, Remote {}

  /// Offers more room, on top of earlier offers, and says how the engine is.
  ///
  /// @param isCacheKnown whether its KV cache holds no more than was said: see [Resident]
  public record Offer(
      EngineId engine,
      ActorRef<EngineActor.Command> actor,
      Credit credit,
      EngineLoad load,
      boolean isCacheKnown)
      implements Command, Remote {}

  /// Takes back whatever is left of an engine's offers.
  public record Retract(EngineId engine) implements Command, Remote {}

  /// Says which prefixes an engine's KV cache has gained and lost.
  public record Resident(EngineId engine, List<Long> gained, List<Long> lost)
      implements Command, Remote {
    public Resident {
      gained = List.copyOf(gained);
      lost = List.copyOf(lost);
    }
  }

  /// An engine had no room for a call after all; the call queues again at its place.
  public record Returned(EngineId engine, Call.Id call) implements Command, Remote {}

  public record Describe(ActorRef<PoolView> replyTo) implements Command, Remote {}

  /// @param waiting calls in the queue, by level
  /// @param oldestWaitNanos how long the call that waits longest has waited
  public record PoolView(
      String model, List<Integer> waiting, long oldestWaitNanos, List<EngineRoom> engines)
      implements Remote {
    public PoolView {
      waiting = List.copyOf(waiting);
      engines = List.copyOf(engines);
    }
  }

  public record EngineRoom(EngineId engine, int spareSlots, int inFlight) {}

  /// A caller has ended without a word.
  record CallerGone(Call.Id call, ActorRef<CallActor.Command> caller) implements Command {}

  /// The actor of an engine has ended.
  record EngineGone(EngineId engine, ActorRef<EngineActor.Command> actor) implements Command {}

  private record CallersLost(Node node) implements Command {}

  private record Wake() implements Command {}

  private record Measure() implements Command {}

  private static final Duration MEASURE_INTERVAL = Duration.ofSeconds(1);

  /// Creates the scheduler of one pool.
  ///
  /// @param nodes tells of nodes that are lost
  /// @param nanoClock monotonic time; `System::nanoTime` outside tests
  public static Behavior<Command> create(
      ModelPool pool,
      ScheduleSettings settings,
      LostNodes nodes,
      Instruments instruments,
      LongSupplier nanoClock) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers -> {
          nodes.tell(context.messageAdapter(NodeLost.class, lost -> new CallersLost(lost.node())));
          timers.startTimerWithFixedDelay(new Measure(), MEASURE_INTERVAL);
          var dispatcher = settings.newDispatcher();
          dispatcher.begun(nanoClock.getAsLong());
          return new SchedulerActor(
                  context, timers, pool, dispatcher, instruments.model(pool), nanoClock)
              .scheduling();
        }));
  }

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final ModelPool pool;
  private final Dispatcher dispatcher;
  private final Instruments.Model instruments;
  private final LongSupplier nanoClock;
  private final PoolCallers callers;
  private final PoolEngines engines;

  private SchedulerActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ModelPool pool,
      Dispatcher dispatcher,
      Instruments.Model instruments,
      LongSupplier nanoClock) {
    this.context = context;
    this.timers = timers;
    this.pool = pool;
    this.dispatcher = dispatcher;
    this.instruments = instruments;
    this.nanoClock = nanoClock;
    this.callers = new PoolCallers(context);
    this.engines = new PoolEngines(context, pool);
  }

  private Behavior<Command> scheduling() {
    return Behaviors.receiveMessage(this::onCommand);
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Enqueue enqueue -> onEnqueue(enqueue);
      case Withdraw(var call) -> {
        dispatcher.withdraw(call);
        callers.forget(call);
      }
      case CallerGone(var call, var caller) -> {
        if (callers.gone(call, caller)) {
          dispatcher.withdraw(call);
        }
      }
      case CallersLost(var node) -> callers.lost(node).forEach(dispatcher::withdraw);
      case Offer offer -> onOffer(offer);
      case Retract(var engine) -> {
        engines.forget(engine);
        dispatcher.retract(engine);
      }
      case EngineGone(var engine, var actor) -> onEngineGone(engine, actor);
      case Resident(var engine, var gained, var lost) -> dispatcher.resident(engine, gained, lost);
      case Returned(var engine, var call) -> onReturned(engine, call);
      case Describe(var replyTo) -> replyTo.tell(view());
      case Measure _ -> {
        callers.watchSilent(dispatcher::isWaiting, now());
        measure();
      }
      case Wake _ -> {}
    }
    dispatch();
    return Behaviors.same();
  }

  private void onEnqueue(Enqueue enqueue) {
    var call = enqueue.call();
    var waiting =
        new Waiting(
            call,
            enqueue.priority(),
            now() - enqueue.waitedNanos(),
            enqueue.excluded(),
            enqueue.lastEngine());
    var admitted =
        enqueue.isAdmitted()
            ? dispatcher.enqueueAgain(waiting)
            : dispatcher.enqueue(waiting, now());
    switch (admitted) {
      case Dispatcher.Admitted.Accepted(int ahead) -> {
        callers.heard(call.id(), enqueue.replyTo(), now());
        dispatch();
        sayQueued(call.id(), ahead);
      }
      case Dispatcher.Admitted.Refused(int inQueue, var retryAfter) ->
          enqueue
              .replyTo()
              .tell(
                  new CallActor.Refused(
                      Reason.QUEUE_FULL,
                      inQueue + " calls wait for " + pool.model() + " already; try again later",
                      Optional.of(retryAfter)));
    }
  }

  private void onReturned(EngineId engine, Call.Id call) {
    if (dispatcher.returned(engine, call, now())) {
      dispatch();
      sayQueued(call, 0);
    }
  }

  /// One that has gone to an engine at once hears of its lease instead.
  private void sayQueued(Call.Id call, int ahead) {
    if (dispatcher.isWaiting(call)) {
      callers.sayQueued(call, ahead);
    }
  }

  private void onOffer(Offer offer) {
    engines.offered(offer.engine(), offer.actor());
    dispatcher.offer(offer.engine(), offer.credit(), offer.load());
    dispatcher.cacheKnown(offer.engine(), offer.isCacheKnown());
  }

  private void onEngineGone(EngineId engine, ActorRef<EngineActor.Command> actor) {
    var known = engines.of(engine);
    if (known.isEmpty()) {
      // It has taken its offers back before it went.
      dispatcher.forget(engine);
    } else if (known.get().equals(actor)) {
      engines.forget(engine);
      dispatcher.lost(engine, now());
    }
  }

  private void dispatch() {
    for (var next : dispatcher.dispatch(now())) {
      var call = next.waiting().call();
      var engine = engines.of(next.engine());
      var caller = callers.of(call.id());
      if (engine.isPresent() && caller.isPresent()) {
        instruments.dispatched(next.why().rule(), next.isPromoted());
        var start =
            new EngineActor.Start(
                call, next.level(), next.isPromoted(), next.why(), caller.get(), context.getSelf());
        engine.get().tell(start);
      }
    }
    dispatcher
        .nextWakeNanos()
        .ifPresent(
            at -> timers.startSingleTimer(new Wake(), Duration.ofNanos(Math.max(0, at - now()))));
  }

  private PoolView view() {
    var view = dispatcher.view(now());
    return new PoolView(
        pool.model(),
        view.waiting(),
        view.oldestWaitNanos(),
        view.engines().stream()
            .map(
                room -> new EngineRoom(room.engine(), room.spare().slots(), room.load().inFlight()))
            .toList());
  }

  private void measure() {
    var view = dispatcher.view(now());
    for (int level = 0; level < view.waiting().size(); level++) {
      instruments.queue(level, view.waiting().get(level));
    }
    instruments.oldestWait(view.oldestWaitNanos());
  }

  private long now() {
    return nanoClock.getAsLong();
  }
}
