package dev.troupe.actor;

import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import dev.troupe.program.Program;
import dev.troupe.program.Reason;
import dev.troupe.program.Standing;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// The calls whose callers are on this node. Starts an actor for each, lets callers leave, and
/// drains.
///
/// It also remembers the standing of the programs served from here, as a hint for their next calls:
/// a program that moved without its durable state takes it up from there.
public final class CallsActor {

  /// Programs whose standing is remembered; the least recently served are forgotten.
  private static final int MAX_HINTS = 10_000;

  /// How often programs are charged again by a node that drains: it will not be there for long.
  static final Duration CHARGE_INTERVAL = Duration.ofMillis(200);

  /// How long a node that drains waits for programs to acknowledge their last charges. A shard is handed
  /// over within a second.
  static final Duration LAST_CHARGES = Duration.ofSeconds(3);

  /// For calls that are cut off to end.
  private static final Duration CUTTING_OFF = Duration.ofSeconds(1);

  public sealed interface Command {}

  /// Starts a call.
  ///
  /// @param source how its program was recognized
  /// @param isNewProgram whether the program's id was made for this call, so that nothing is known of
  ///     it anywhere
  /// @param declared what the caller says of the call's program
  /// @param deadline from now; the call fails with `DEADLINE_EXCEEDED` when it has not ended by then
  /// @param listener hears the call's events, one at a time, on the call's thread: it must not block
  public record Start(
      Call call,
      CallRequest request,
      String source,
      boolean isNewProgram,
      Program.Declared declared,
      Duration deadline,
      Consumer<CallEvent> listener)
      implements Command {}

  /// The caller has gone, in whatever phase the call is. Harmless when the call has ended.
  public record Abandon(Call.Id call) implements Command {}

  /// Refuses calls from now on, and answers when the open ones have ended and their programs have been
  /// charged. Those still open after `limit` are cut off first; a program that is silent is not waited for
  /// longer than [#LAST_CHARGES]. A drain that is asked for again is answered with the first, whose limit
  /// stays.
  public record Drain(Duration limit, ActorRef<Done> replyTo) implements Command {}

  /// Asks how many calls are open on this node.
  public record Count(ActorRef<Integer> replyTo) implements Command {}

  /// An engine has another actor than before; calls that run there make themselves known to it.
  public record EngineMoved(EngineId engine) implements Command {}

  /// A call's caller has heard its last event.
  ///
  /// @param isCharging whether its program is still to acknowledge what it was charged
  record CallOver(Call.Id call, boolean isCharging) implements Command {}

  /// A call from here stands in a scheduler's queue.
  record WaitsWith(ActorRef<SchedulerActor.Command> scheduler) implements Command {}

  private record SchedulerGone(ActorRef<SchedulerActor.Command> scheduler) implements Command {}

  /// A program was charged for a call from here.
  record StandingHeard(Program.Id program, Standing standing) implements Command {}

  private record CallStopped(Call.Id call, Open open) implements Command {}

  private record DrainLimit() implements Command {}

  private record ChargesDue() implements Command {}

  private record ChargesLimit() implements Command {}

  private record Open(ActorRef<CallActor.Command> actor, Consumer<CallEvent> listener) {}

  /// The longest that a drain with such a limit takes to be answered.
  public static Duration drainTime(Duration limit) {
    return limit.plus(CUTTING_OFF).plus(LAST_CHARGES);
  }

  /// Creates the actor that holds a node's calls.
  public static Behavior<Command> create(CallPorts ports) {
    return Behaviors.setup(context -> {
      context.setLoggerName(CallsActor.class);
      return Behaviors.withTimers(timers -> new CallsActor(context, timers, ports).serving());
    });
  }

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final CallPorts ports;
  private final Map<Call.Id, Open> open = new HashMap<>();

  // Calls that have ended, whose programs have not said that they are charged.
  private final Set<ActorRef<CallActor.Command>> charging = new HashSet<>();

  private final Map<Program.Id, Standing> hints = new Hints();

  // Watched once for all calls from here.
  private final Set<ActorRef<SchedulerActor.Command>> schedulers = new HashSet<>();

  private CallsActor(
      ActorContext<Command> context, TimerScheduler<Command> timers, CallPorts ports) {
    this.context = context;
    this.timers = timers;
    this.ports = ports;
  }

  private Behavior<Command> serving() {
    return Behaviors.receiveMessage(command ->
        switch (command) {
          case Start start -> start(start);
          case Drain(var limit, var replyTo) -> drain(limit, replyTo);
          case Abandon(var call) -> abandon(call, Reason.CLIENT_GONE);
          case Count(var replyTo) -> count(replyTo);
          case CallOver(var call, boolean isCharging) -> over(call, isCharging);
          case CallStopped(var call, var stopped) -> stopped(call, stopped);
          case StandingHeard(var program, var standing) -> remember(program, standing);
          case EngineMoved(var engine) -> tellMoved(engine);
          case WaitsWith(var scheduler) -> watch(scheduler);
          case SchedulerGone(var scheduler) -> tellGone(scheduler);
          case DrainLimit _, ChargesDue _, ChargesLimit _ -> Behaviors.same();
        });
  }

  /// @param drains who is to hear when no call is open any more
  private Behavior<Command> draining(List<ActorRef<Done>> drains) {
    if (open.isEmpty() && charging.isEmpty() && !drains.isEmpty()) {
      drains.forEach(drain -> drain.tell(Done.getInstance()));
      timers.cancelAll();
      return draining(List.of());
    }
    if (open.isEmpty() && !charging.isEmpty() && !timers.isTimerActive(ChargesLimit.class)) {
      timers.startSingleTimer(ChargesLimit.class, new ChargesLimit(), LAST_CHARGES);
    }
    return Behaviors.receiveMessage(command ->
        switch (command) {
          case Start start -> refuse(start);
          case Drain(_, var replyTo) ->
              draining(Stream.concat(drains.stream(), Stream.of(replyTo)).toList());
          case Abandon(var call) -> abandon(call, Reason.CLIENT_GONE);
          case Count(var count) -> count(count);
          case CallOver(var call, boolean isCharging) -> {
            over(call, isCharging);
            yield draining(drains);
          }
          case CallStopped(var call, var stopped) -> {
            stopped(call, stopped);
            yield draining(drains);
          }
          case StandingHeard(var program, var standing) -> remember(program, standing);
          case EngineMoved(var engine) -> tellMoved(engine);
          case WaitsWith(var scheduler) -> watch(scheduler);
          case SchedulerGone(var scheduler) -> tellGone(scheduler);
          case DrainLimit _ -> cutOff();
          case ChargesDue _ -> chargeAgain();
          case ChargesLimit _ -> {
            giveUpCharges();
            yield draining(drains);
          }
        });
  }

  private Behavior<Command> start(Start start) {
    var call = start.call();
    if (open.containsKey(call.id())) {
      start
          .listener()
          .accept(
              new CallEvent.Failed(
                  Reason.DUPLICATE_CALL,
                  "a call with the id " + call.id().value() + " is open; ids must not repeat",
                  Optional.empty()));
      return Behaviors.same();
    }
    var hint = hints.getOrDefault(call.program(), Standing.NEW);
    var actor = context.spawnAnonymous(CallActor.create(ports, start, hint, context.getSelf()));
    var opened = new Open(actor, start.listener());
    context.watchWith(actor, new CallStopped(call.id(), opened));
    open.put(call.id(), opened);
    return Behaviors.same();
  }

  private Behavior<Command> refuse(Start start) {
    start
        .listener()
        .accept(
            new CallEvent.Failed(
                Reason.DRAINING,
                "this node is leaving; send the call again",
                Optional.of(Duration.ofSeconds(1))));
    return Behaviors.same();
  }

  private Behavior<Command> abandon(Call.Id call, Reason reason) {
    Optional.ofNullable(open.get(call))
        .ifPresent(known -> known.actor().tell(new CallActor.Abandon(reason)));
    return Behaviors.same();
  }

  private Behavior<Command> count(ActorRef<Integer> replyTo) {
    replyTo.tell(open.size());
    return Behaviors.same();
  }

  private Behavior<Command> over(Call.Id call, boolean isCharging) {
    Optional.ofNullable(open.remove(call))
        .filter(_ -> isCharging)
        .ifPresent(ended -> charging.add(ended.actor()));
    return Behaviors.same();
  }

  /// A call's actor that stops while its caller still waits has failed. The id may name a new call by
  /// now: one that has ended lives on until its program has been charged.
  private Behavior<Command> stopped(Call.Id call, Open stopped) {
    charging.remove(stopped.actor());
    if (open.remove(call, stopped)) {
      stopped
          .listener()
          .accept(
              new CallEvent.Failed(
                  Reason.INTERNAL,
                  "the call failed inside this node; its log says why",
                  Optional.empty()));
    }
    return Behaviors.same();
  }

  private Behavior<Command> remember(Program.Id program, Standing standing) {
    hints.merge(program, standing, Standing::max);
    return Behaviors.same();
  }

  private Behavior<Command> tellMoved(EngineId engine) {
    open.values().forEach(call -> call.actor().tell(new CallActor.EngineMoved(engine)));
    return Behaviors.same();
  }

  private Behavior<Command> watch(ActorRef<SchedulerActor.Command> scheduler) {
    if (schedulers.add(scheduler)) {
      context.watchWith(scheduler, new SchedulerGone(scheduler));
    }
    return Behaviors.same();
  }

  private Behavior<Command> tellGone(ActorRef<SchedulerActor.Command> scheduler) {
    schedulers.remove(scheduler);
    var gone = new CallActor.SchedulerLost(scheduler);
    open.values().forEach(call -> call.actor().tell(gone));
    return Behaviors.same();
  }

  private Behavior<Command> drain(Duration limit, ActorRef<Done> replyTo) {
    if (!open.isEmpty()) {
      context.getLog().info("{} open calls may go on for {} s", open.size(), limit.toSeconds());
    }
    timers.startSingleTimer(new DrainLimit(), limit);
    timers.startTimerWithFixedDelay(new ChargesDue(), CHARGE_INTERVAL);
    chargeAgain();
    return draining(List.of(replyTo));
  }

  /// A charge is told in vain while the shard of its program is handed over, and the call's own interval
  /// may be longer than this node has left.
  private Behavior<Command> chargeAgain() {
    charging.forEach(call -> call.tell(new CallActor.ChargeAgain()));
    return Behaviors.same();
  }

  private void giveUpCharges() {
    context.getLog().warn("{} calls are not charged: their programs are silent", charging.size());
    charging.clear();
  }

  private Behavior<Command> cutOff() {
    List.copyOf(open.keySet()).forEach(call -> abandon(call, Reason.DRAINING));
    return Behaviors.same();
  }

  /// Keeps the most recently used entries.
  private static final class Hints extends LinkedHashMap<Program.Id, Standing> {

    private static final long serialVersionUID = 1L;

    Hints() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Program.Id, Standing> eldest) {
      return size() > MAX_HINTS;
    }
  }
}
