package dev.troupe.actor;

import dev.troupe.actor.CallsActor.Start;
import dev.troupe.actor.EngineClient.EngineAnswer;
import dev.troupe.actor.EngineClient.Running;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.Lease;
import dev.troupe.metrics.Instruments;
import dev.troupe.program.Call;
import dev.troupe.program.CallEnd;
import dev.troupe.program.Reason;
import dev.troupe.program.Remote;
import dev.troupe.program.Standing;
import dev.troupe.program.Usage;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// One call, from the caller's arrival to the last byte. The only one that may start work on an
/// engine for it.
///
/// ```
///            Granted              first byte              last byte
///   waiting ─────────► opening ──────────────► streaming ───────────► settling
///      ▲                  │                        │                     │
///      └── engine lost ───┘       client gone, deadline, program ended   ▼
///                                 (in every phase) ────────────────► stopped
/// ```
///
/// It takes one lease at a time and declines any other, so no duplicate grant makes a call run
/// twice. While it waits it announces itself again at intervals, and at once when its scheduler is
/// lost, so that no restarted scheduler or program forgets it. Those that hold something for it hear from
/// itself that it ends, in whatever way: nobody on another node watches it.
public final class CallActor {

  public sealed interface Command {}

  /// The call stands in the queue of a scheduler.
  ///
  /// @param position calls ahead of it
  public record Queued(ActorRef<SchedulerActor.Command> scheduler, int position)
      implements Command, Remote {}

  /// The scheduler, or the program, takes no such call now.
  public record Refused(Reason reason, String detail, Optional<Duration> retryAfter)
      implements Command, Remote {}

  /// Permission to run on an engine.
  public record Granted(Lease lease, ActorRef<EngineActor.Command> engine)
      implements Command, Remote {}

  /// The engine's actor takes a lease back.
  public record Revoked(Lease.Id lease, Reason reason) implements Command, Remote {}

  /// The program has been charged; its standing is kept as a hint for its next call from here.
  public record Served(Standing standing) implements Command, Remote {}

  /// The program was ended while the call was open.
  public record ProgramEnded() implements Command, Remote {}

  /// An engine has another actor than before, which may not know its leases.
  record EngineMoved(EngineId engine) implements Command {}

  /// The caller has gone, or must go.
  record Abandon(Reason reason) implements Command {}

  private record DeadlinePassed() implements Command {}

  private record Announce() implements Command {}

  /// A scheduler is lost, with its queue.
  record SchedulerLost(ActorRef<SchedulerActor.Command> scheduler) implements Command {}

  private record Renew() implements Command {}

  private record Answered(int attempt, EngineAnswer answer) implements Command {}

  private record Lost(int attempt, String cause) implements Command {}

  private record TokenBegan(int attempt) implements Command {}

  private record TokensPassed(int attempt, int outputTokens) implements Command {}

  private record BodyEnded(int attempt, CallEnd end) implements Command {}

  private record Settled() implements Command {}

  private record Forgotten() implements Command {}

  /// How often the call was tried, and where in vain.
  ///
  /// @param isAdmitted whether a scheduler has taken it into its queue
  private record Journey(int attempts, boolean isAdmitted, Set<EngineId> excluded) {

    static final Journey START = new Journey(0, false, Set.of());

    Journey admitted() {
      return new Journey(attempts, true, excluded);
    }

    Journey tried() {
      return new Journey(attempts + 1, true, excluded);
    }

    Journey failedOn(EngineId engine) {
      var more = new HashSet<>(excluded);
      more.add(engine);
      return new Journey(attempts, isAdmitted, Set.copyOf(more));
    }
  }

  /// The one lease the call holds, and the work it started under it.
  private record Work(
      Journey journey,
      Lease lease,
      ActorRef<EngineActor.Command> engine,
      Running running,
      long grantedNanos) {

    boolean isAttempt(int attempt) {
      return journey.attempts() == attempt;
    }
  }

  /// How long a program may be away, with its node, and still be charged.
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);

  /// How long a lease may be on its way to a call that has left the queue.
  private static final Duration LEAVE_TIME = Duration.ofSeconds(1);

  /// Creates the actor of one call, which asks for service at once.
  ///
  /// @param hint the program's standing as last heard on this node
  static Behavior<Command> create(
      CallPorts ports, Start start, Standing hint, ActorRef<CallsActor.Command> calls) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(
            timers -> new CallActor(context, timers, ports, start, hint, calls).arriving()));
  }

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final CallPorts ports;
  private final Start start;
  private final Call call;
  private final Standing hint;
  private final ActorRef<CallsActor.Command> calls;
  private final Instruments.Model instruments;
  private final long arrivalNanos;

  private CallActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      CallPorts ports,
      Start start,
      Standing hint,
      ActorRef<CallsActor.Command> calls) {
    this.context = context;
    this.timers = timers;
    this.ports = ports;
    this.start = start;
    this.call = start.call();
    this.hint = hint;
    this.calls = calls;
    this.instruments = ports.instruments().model(call.pool());
    this.arrivalNanos = ports.nanoClock().getAsLong();
  }

  private Behavior<Command> arriving() {
    instruments.arrived(start.source());
    timers.startSingleTimer(new DeadlinePassed(), start.deadline());
    return announced(Journey.START);
  }

  private Behavior<Command> announced(Journey journey) {
    ports
        .programs()
        .tell(
            call.program(),
            new ProgramActor.Submit(
                call,
                start.source(),
                start.isNewProgram(),
                start.parent(),
                hint,
                sinceArrivalNanos(),
                journey.isAdmitted(),
                journey.excluded(),
                context.getSelf()));
    timers.startSingleTimer(new Announce(), ports.settings().announceInterval());
    return waiting(journey, Optional.empty());
  }

  /// @param scheduler in whose queue it is known to stand
  private Behavior<Command> waiting(
      Journey journey, Optional<ActorRef<SchedulerActor.Command>> scheduler) {
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, command -> inWaiting(command, journey, scheduler))
        .onSignal(PostStop.class, _ -> withdrawn())
        .build();
  }

  private Behavior<Command> inWaiting(
      Command command, Journey journey, Optional<ActorRef<SchedulerActor.Command>> known) {
    return switch (command) {
      case Queued(var scheduler, int position) -> queued(journey, scheduler, position);
      case Granted(var lease, var engine) -> open(journey.tried(), lease, engine);
      case Refused refused -> refused(refused);
      case Announce _ -> announced(journey);
      case SchedulerLost(var lost) ->
          known.filter(lost::equals).isPresent() ? rejoin(journey) : Behaviors.same();
      case Abandon(var reason) -> leave(reason);
      case DeadlinePassed _ -> leave(Reason.DEADLINE_EXCEEDED);
      case ProgramEnded _ -> leave(Reason.PROGRAM_ENDED);
      // Left over from an earlier attempt.
      case Revoked _,
          Served _,
          Renew _,
          EngineMoved _,
          Answered _,
          Lost _,
          TokenBegan _,
          TokensPassed _,
          BodyEnded _,
          Settled _,
          Forgotten _ ->
          Behaviors.same();
    };
  }

  private Behavior<Command> queued(
      Journey journey, ActorRef<SchedulerActor.Command> scheduler, int position) {
    calls.tell(new CallsActor.WaitsWith(scheduler));
    start.listener().accept(new CallEvent.Queued(position));
    return waiting(journey.admitted(), Optional.of(scheduler));
  }

  private Behavior<Command> rejoin(Journey journey) {
    timers.startSingleTimer(
        new Announce(), ports.settings().delayAfter(Math.max(1, journey.attempts())));
    return waiting(journey, Optional.empty());
  }

  private Behavior<Command> refused(Refused refused) {
    // The program knows this id as another caller's call.
    if (refused.reason() != Reason.DUPLICATE_CALL) {
      ports.programs().tell(call.program(), new ProgramActor.CallWithdrawn(call.id()));
    }
    return failed(refused.reason(), refused.detail(), refused.retryAfter());
  }

  private Behavior<Command> open(
      Journey journey, Lease lease, ActorRef<EngineActor.Command> engine) {
    timers.cancel(new Announce());
    long grantedNanos = now();
    long waitedNanos = grantedNanos - arrivalNanos;
    instruments.granted(waitedNanos);
    ports
        .programs()
        .tell(
            call.program(),
            new ProgramActor.CallGranted(
                call.id(), lease.engine().id(), lease.level(), lease.promoted(), waitedNanos));
    int attempt = journey.attempts();
    var running = ports.engines().run(lease, start.request(), new Ear(context.getSelf(), attempt));
    context.pipeToSelf(
        running.answer(),
        (answer, failure) ->
            failure == null
                ? new Answered(attempt, answer)
                : new Lost(attempt, String.valueOf(failure.getMessage())));
    timers.startTimerWithFixedDelay(new Renew(), ports.settings().renewInterval());
    return opening(new Work(journey, lease, engine, running, grantedNanos), waitedNanos);
  }

  private Behavior<Command> opening(Work work, long waitedNanos) {
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, command -> inOpening(command, work, waitedNanos))
        .onSignal(PostStop.class, _ -> aborted(work))
        .build();
  }

  private Behavior<Command> inOpening(Command command, Work work, long waitedNanos) {
    return switch (command) {
      case Answered(int attempt, var answer) when work.isAttempt(attempt) ->
          answered(work, answer, waitedNanos);
      case Lost(int attempt, var cause) when work.isAttempt(attempt) -> {
        tellEngine(work, new EngineActor.Unreachable(work.lease().id(), cause));
        yield tryAgain(work, cause);
      }
      case Revoked(var lease, _) when lease.equals(work.lease().id()) -> {
        work.running().abort();
        yield tryAgain(work, "the engine took the call back");
      }
      case Granted(var lease, var engine) -> declined(lease, engine);
      case Renew _ -> renew(work, false);
      case EngineMoved(var engine) -> onEngineMoved(work, engine, false);
      case TokenBegan(int attempt) when work.isAttempt(attempt) -> began(work);
      case Abandon(var reason) -> giveUp(work, reason);
      case DeadlinePassed _ -> giveUp(work, Reason.DEADLINE_EXCEEDED);
      case ProgramEnded _ -> giveUp(work, Reason.PROGRAM_ENDED);
      case Queued _,
          Refused _,
          Revoked _,
          Served _,
          Announce _,
          SchedulerLost _,
          Answered _,
          Lost _,
          TokenBegan _,
          TokensPassed _,
          BodyEnded _,
          Settled _,
          Forgotten _ ->
          Behaviors.same();
    };
  }

  private Behavior<Command> answered(Work work, EngineAnswer answer, long waitedNanos) {
    boolean isOverloaded = answer.status() == 429 || answer.status() == 503;
    if (isOverloaded && work.journey().attempts() < ports.settings().maxAttempts()) {
      work.running().abort();
      tellEngine(work, new EngineActor.Overloaded(work.lease().id()));
      return tryAgain(work, "the engine answered " + answer.status());
    }
    tellEngine(work, new EngineActor.Began(work.lease().id()));
    start.listener().accept(new CallEvent.Answering(answer, work.lease(), waitedNanos));
    return streaming(work, 0);
  }

  private Behavior<Command> tryAgain(Work work, String cause) {
    timers.cancel(new Renew());
    var engine = work.lease().engine().id();
    if (work.journey().attempts() >= ports.settings().maxAttempts()) {
      ports.programs().tell(call.program(), new ProgramActor.CallWithdrawn(call.id()));
      return failed(
          Reason.ENGINE_LOST,
          "engine " + engine.value() + " failed the call, as others did before: " + cause,
          Optional.empty());
    }
    context.getLog().debug("call queues again: {}", cause);
    instruments.retried();
    return rejoin(work.journey().failedOn(engine));
  }

  private Behavior<Command> streaming(Work work, int outputTokens) {
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, command -> inStreaming(command, work, outputTokens))
        .onSignal(PostStop.class, _ -> aborted(work))
        .build();
  }

  private Behavior<Command> inStreaming(Command command, Work work, int outputTokens) {
    return switch (command) {
      case BodyEnded(int attempt, var end) when work.isAttempt(attempt) -> finish(work, end);
      case TokensPassed(int attempt, int passed) when work.isAttempt(attempt) ->
          streaming(work, passed);
      case TokenBegan(int attempt) when work.isAttempt(attempt) -> began(work);
      case Renew _ -> renew(work, true);
      case EngineMoved(var engine) -> onEngineMoved(work, engine, true);
      case Granted(var lease, var engine) -> declined(lease, engine);
      case Revoked(var lease, var reason) when lease.equals(work.lease().id()) ->
          breakOff(work, outputTokens, reason);
      case Abandon(var reason) -> breakOff(work, outputTokens, reason);
      case DeadlinePassed _ -> breakOff(work, outputTokens, Reason.DEADLINE_EXCEEDED);
      case ProgramEnded _ -> breakOff(work, outputTokens, Reason.PROGRAM_ENDED);
      case Queued _,
          Refused _,
          Revoked _,
          Served _,
          Announce _,
          SchedulerLost _,
          Answered _,
          Lost _,
          TokenBegan _,
          TokensPassed _,
          BodyEnded _,
          Settled _,
          Forgotten _ ->
          Behaviors.same();
    };
  }

  private Behavior<Command> began(Work work) {
    instruments.began(sinceArrivalNanos());
    return Behaviors.same();
  }

  private Behavior<Command> renew(Work work, boolean hasBegun) {
    tellEngine(work, new EngineActor.Progress(work.lease(), call, hasBegun, context.getSelf()));
    return Behaviors.same();
  }

  private Behavior<Command> onEngineMoved(Work work, EngineId engine, boolean hasBegun) {
    return engine.equals(work.lease().engine().id()) ? renew(work, hasBegun) : Behaviors.same();
  }

  private void tellEngine(Work work, EngineActor.Command command) {
    ports.engineActors().of(work.lease().engine().id()).orElse(work.engine()).tell(command);
  }

  private static Behavior<Command> declined(Lease lease, ActorRef<EngineActor.Command> engine) {
    engine.tell(new EngineActor.Declined(lease.id()));
    return Behaviors.same();
  }

  /// Ends an answer that the client will not get to its end. What was generated is charged.
  private Behavior<Command> breakOff(Work work, int outputTokens, Reason reason) {
    var next = finish(work, unfinished(work, outputTokens, reason));
    work.running().abort();
    return next;
  }

  private Behavior<Command> finish(Work work, CallEnd end) {
    long serviceNanos = service(end, now() - work.grantedNanos());
    tellEngine(work, new EngineActor.Ended(work.lease().id(), end));
    var charge = charge(work, end, serviceNanos);
    if (end.failure().isPresent()) {
      instruments.ended(end.failure().get(), sinceArrivalNanos());
      instruments.charged(end.usage(), serviceNanos);
    } else {
      instruments.completed(end.usage(), serviceNanos, sinceArrivalNanos());
    }
    start.listener().accept(new CallEvent.Ended(end));
    calls.tell(new CallsActor.CallOver(call.id()));
    return settle(charge);
  }

  private long service(CallEnd end, long elapsedNanos) {
    return ports.service().serviceNanos(end.usage(), elapsedNanos);
  }

  private ProgramActor.CallEnded charge(Work work, CallEnd end, long serviceNanos) {
    var charge =
        new ProgramActor.CallEnded(
            call.id(),
            work.lease().engine().id(),
            end.usage(),
            serviceNanos,
            end.failure().isEmpty(),
            context.getSelf());
    ports.programs().tell(call.program(), charge);
    return charge;
  }

  private Behavior<Command> settle(ProgramActor.CallEnded charge) {
    timers.cancelAll();
    timers.startSingleTimer(new Settled(), SETTLE_LIMIT);
    timers.startTimerWithFixedDelay(new Announce(), ports.settings().announceInterval());
    return settling(charge);
  }

  /// Waits for the program's acknowledgement, which carries its standing. Charges it again while it is
  /// silent: its node may be lost. A program takes each call's charge once.
  private Behavior<Command> settling(ProgramActor.CallEnded charge) {
    return Behaviors.receiveMessage(command ->
        switch (command) {
          case Served(var standing) -> {
            calls.tell(new CallsActor.StandingHeard(call.program(), standing));
            yield Behaviors.stopped();
          }
          case Settled _ -> Behaviors.stopped();
          case Announce _ -> {
            ports.programs().tell(call.program(), charge);
            yield Behaviors.same();
          }
          case Granted(var lease, var engine) -> declined(lease, engine);
          case Queued _,
              Refused _,
              Revoked _,
              ProgramEnded _,
              Abandon _,
              DeadlinePassed _,
              SchedulerLost _,
              Renew _,
              EngineMoved _,
              Answered _,
              Lost _,
              TokenBegan _,
              TokensPassed _,
              BodyEnded _,
              Forgotten _ ->
              Behaviors.same();
        });
  }

  /// Ends a call that has a lease and no byte of an answer. What the engine did for it unseen is
  /// reckoned by the clock: leaving early must not be a way to be served for nothing.
  private Behavior<Command> giveUp(Work work, Reason reason) {
    var end = unfinished(work, 0, reason);
    long elapsedNanos = now() - work.grantedNanos();
    work.running().abort();
    tellEngine(work, new EngineActor.Ended(work.lease().id(), end));
    var charge = charge(work, end, Math.max(elapsedNanos, service(end, elapsedNanos)));
    sayFailed(reason, detailOf(reason), Optional.empty());
    return settle(charge);
  }

  private Behavior<Command> leave(Reason reason) {
    withdraw();
    sayFailed(reason, detailOf(reason), Optional.empty());
    timers.cancelAll();
    timers.startSingleTimer(new Forgotten(), LEAVE_TIME);
    return left();
  }

  private void withdraw() {
    ports.schedulers().tell(call.pool(), new SchedulerActor.Withdraw(call.id()));
    ports.programs().tell(call.program(), new ProgramActor.CallWithdrawn(call.id()));
  }

  /// A call that has left the queue while a lease may be on its way to it. Keeps nothing of it.
  private static Behavior<Command> left() {
    return Behaviors.receiveMessage(command ->
        switch (command) {
          case Granted(var lease, var engine) -> declined(lease, engine);
          case Forgotten _ -> Behaviors.stopped();
          case Queued _,
              Refused _,
              Revoked _,
              Served _,
              ProgramEnded _,
              Abandon _,
              DeadlinePassed _,
              Announce _,
              SchedulerLost _,
              Renew _,
              EngineMoved _,
              Answered _,
              Lost _,
              TokenBegan _,
              TokensPassed _,
              BodyEnded _,
              Settled _ ->
              Behaviors.same();
        });
  }

  private Behavior<Command> failed(Reason reason, String detail, Optional<Duration> retryAfter) {
    sayFailed(reason, detail, retryAfter);
    // Stopped at once, it would be told so in the phase it was in, which then withdraws the call.
    context.getSelf().tell(new Forgotten());
    return left();
  }

  private void sayFailed(Reason reason, String detail, Optional<Duration> retryAfter) {
    instruments.ended(reason, sinceArrivalNanos());
    start.listener().accept(new CallEvent.Failed(reason, detail, retryAfter));
    calls.tell(new CallsActor.CallOver(call.id()));
  }

  /// This actor has failed, or its node stops.
  private Behavior<Command> withdrawn() {
    withdraw();
    return Behaviors.same();
  }

  /// This actor has failed, or its node stops: what it holds is free, and nothing is charged.
  private Behavior<Command> aborted(Work work) {
    work.running().abort();
    var end = unfinished(work, 0, Reason.INTERNAL);
    tellEngine(work, new EngineActor.Ended(work.lease().id(), end));
    ports.programs().tell(call.program(), new ProgramActor.CallWithdrawn(call.id()));
    return Behaviors.same();
  }

  private String detailOf(Reason reason) {
    return switch (reason) {
      case DEADLINE_EXCEEDED ->
          "the call's deadline of "
              + start.deadline().toMillis()
              + " ms passed; allow more time, or see GET /v1/engines for what keeps the engines";
      case PROGRAM_ENDED -> "the program was ended while the call was open";
      case CLIENT_GONE -> "the client went away";
      case DRAINING -> "this node is leaving; send the call again";
      case QUEUE_FULL, UNKNOWN_MODEL, ENGINE_LOST, ENGINE_INVALID, DUPLICATE_CALL, INTERNAL ->
          reason.toString();
    };
  }

  /// What was used by a call that was not seen to its end: our estimate, and the tokens counted.
  private CallEnd unfinished(Work work, int outputTokens, Reason reason) {
    var usage = new Usage(call.promptTokens(), work.lease().why().prefixTokens(), outputTokens);
    return new CallEnd(usage, false, Optional.empty(), CallEnd.Answer.NONE, Optional.of(reason));
  }

  private long now() {
    return ports.nanoClock().getAsLong();
  }

  private long sinceArrivalNanos() {
    return now() - arrivalNanos;
  }

  /// Brings what the stream's thread observes to the actor.
  private record Ear(ActorRef<Command> actor, int attempt) implements EngineClient.Observer {

    @Override
    public void began() {
      actor.tell(new TokenBegan(attempt));
    }

    @Override
    public void progressed(int outputTokens) {
      actor.tell(new TokensPassed(attempt, outputTokens));
    }

    @Override
    public void ended(CallEnd end) {
      actor.tell(new BodyEnded(attempt, end));
    }
  }
}
