package dev.troupe.actor;

import dev.troupe.actor.CallActor.Abandon;
import dev.troupe.actor.CallActor.Announce;
import dev.troupe.actor.CallActor.Answered;
import dev.troupe.actor.CallActor.BodyEnded;
import dev.troupe.actor.CallActor.Command;
import dev.troupe.actor.CallActor.DeadlinePassed;
import dev.troupe.actor.CallActor.EngineMoved;
import dev.troupe.actor.CallActor.Granted;
import dev.troupe.actor.CallActor.Lost;
import dev.troupe.actor.CallActor.OfAttempt;
import dev.troupe.actor.CallActor.ProgramEnded;
import dev.troupe.actor.CallActor.Queued;
import dev.troupe.actor.CallActor.Refused;
import dev.troupe.actor.CallActor.Reminder;
import dev.troupe.actor.CallActor.Revoked;
import dev.troupe.actor.CallActor.SchedulerLost;
import dev.troupe.actor.CallActor.Served;
import dev.troupe.actor.CallActor.TokenBegan;
import dev.troupe.actor.EngineClient.EngineAnswer;
import dev.troupe.actor.EngineClient.Running;
import dev.troupe.actor.WaitingCall.Journey;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.Lease;
import dev.troupe.program.CallEnd;
import dev.troupe.program.CallOutcome;
import dev.troupe.program.Reason;
import dev.troupe.program.Usage;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// A call that holds a lease: it opens its answer at the engine, and streams it to the caller.
final class ServedCall {

  private final CallScope scope;
  private final Journey journey;
  private final Lease lease;
  private final ActorRef<EngineActor.Command> engine;
  private final Running running;
  private final Ear ear;
  private final long grantedNanos;

  private ServedCall(
      CallScope scope,
      Journey journey,
      Lease lease,
      ActorRef<EngineActor.Command> engine,
      Running running,
      Ear ear,
      long grantedNanos) {
    this.scope = scope;
    this.journey = journey;
    this.lease = lease;
    this.engine = engine;
    this.running = running;
    this.ear = ear;
    this.grantedNanos = grantedNanos;
  }

  /// Starts the work that the lease permits.
  static Behavior<Command> opening(
      CallScope scope, Journey journey, Lease lease, ActorRef<EngineActor.Command> engine) {
    long grantedNanos = scope.now();
    long waitedNanos = grantedNanos - scope.arrivalNanos();
    scope.instruments().granted(waitedNanos);
    scope.tellProgram(
        new ProgramActor.CallGranted(
            scope.call().id(), lease.engine().id(), lease.level(), lease.promoted(), waitedNanos));
    int attempt = journey.attempts();
    var ear = new Ear(scope.self(), attempt, new AtomicInteger());
    var running = scope.ports().engines().run(lease, scope.start().request(), ear);
    scope
        .context()
        .pipeToSelf(
            running.answer(),
            (answer, failure) ->
                failure == null
                    ? new Answered(attempt, answer)
                    : new Lost(attempt, String.valueOf(failure.getMessage())));
    return new ServedCall(scope, journey, lease, engine, running, ear, grantedNanos).opening();
  }

  private Behavior<Command> opening() {
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, this::inOpening)
        .onSignal(PostStop.class, _ -> aborted())
        .build();
  }

  private Behavior<Command> inOpening(Command command) {
    return switch (command) {
      case OfAttempt said when said.attempt() != journey.attempts() -> Behaviors.same();
      case Answered(_, var answer) -> answered(answer);
      case Lost(_, var cause) -> {
        tellEngine(new EngineActor.Unreachable(lease.id(), cause));
        yield tryAgain(cause);
      }
      case TokenBegan _ -> began();
      case Revoked(var revoked, _) when revoked.equals(lease.id()) -> {
        running.abort();
        // A renewal on its way would have the engine's actor take the lease over.
        tellEngine(new EngineActor.Declined(revoked));
        yield tryAgain("the engine took the call back");
      }
      case Granted granted -> EndingCall.declined(granted);
      case Announce _ -> renewAsAlways(false);
      case EngineMoved(var moved) -> onEngineMoved(moved, false);
      case Abandon(var reason) -> giveUp(reason);
      case DeadlinePassed _ -> giveUp(Reason.DEADLINE_EXCEEDED);
      case ProgramEnded _ -> giveUp(Reason.PROGRAM_ENDED);
      case Queued _, Refused _, Revoked _, Served _, SchedulerLost _, OfAttempt _, Reminder _ ->
          Behaviors.same();
    };
  }

  private Behavior<Command> answered(EngineAnswer answer) {
    boolean isOverloaded = answer.status() == 429 || answer.status() == 503;
    if (isOverloaded && mayTryAgain()) {
      running.abort();
      tellEngine(new EngineActor.Overloaded(lease.id()));
      return tryAgain("the engine answered " + answer.status());
    }
    long waitedNanos = grantedNanos - scope.arrivalNanos();
    scope.start().listener().accept(new CallEvent.Answering(answer, lease, waitedNanos));
    return streaming(answer.isSuccess());
  }

  private boolean mayTryAgain() {
    return journey.attempts() < scope.ports().settings().maxAttempts();
  }

  private Behavior<Command> tryAgain(String cause) {
    var failed = lease.engine().id();
    if (!mayTryAgain()) {
      scope.withdrawFromProgram();
      var detail = "engine " + failed.value() + " failed the call, as others did before: " + cause;
      scope.sayFailed(new CallEvent.Failed(Reason.ENGINE_LOST, detail, Optional.empty()), false);
      return EndingCall.over(scope);
    }
    scope.log().debug("call queues again: {}", cause);
    scope.instruments().retried();
    return WaitingCall.rejoining(scope, journey.failedOn(failed));
  }

  /// @param isWork whether the engine works for this answer: an error is no work
  private Behavior<Command> streaming(boolean isWork) {
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, command -> inStreaming(command, isWork))
        .onSignal(PostStop.class, _ -> aborted())
        .build();
  }

  private Behavior<Command> inStreaming(Command command, boolean isWork) {
    return switch (command) {
      case OfAttempt said when said.attempt() != journey.attempts() -> Behaviors.same();
      case BodyEnded(_, var end) -> finish(end, isWork);
      case TokenBegan _ -> began();
      case Announce _ -> renewAsAlways(true);
      case EngineMoved(var moved) -> onEngineMoved(moved, true);
      case Granted granted -> EndingCall.declined(granted);
      // What has begun goes on while its bytes come.
      case Revoked(var revoked, _) when revoked.equals(lease.id()) -> renew(true);
      case Abandon(var reason) -> breakOff(isWork, reason);
      case DeadlinePassed _ -> breakOff(isWork, Reason.DEADLINE_EXCEEDED);
      case ProgramEnded _ -> breakOff(isWork, Reason.PROGRAM_ENDED);
      case Queued _, Refused _, Revoked _, Served _, SchedulerLost _, OfAttempt _, Reminder _ ->
          Behaviors.same();
    };
  }

  private Behavior<Command> began() {
    scope.instruments().began(scope.sinceArrivalNanos());
    return Behaviors.same();
  }

  private Behavior<Command> renewAsAlways(boolean hasBegun) {
    scope.remind();
    return renew(hasBegun);
  }

  private Behavior<Command> renew(boolean hasBegun) {
    tellEngine(new EngineActor.Progress(lease, scope.call(), hasBegun, scope.self()));
    return Behaviors.same();
  }

  private Behavior<Command> onEngineMoved(EngineId moved, boolean hasBegun) {
    return moved.equals(lease.engine().id()) ? renew(hasBegun) : Behaviors.same();
  }

  private void tellEngine(EngineActor.Command command) {
    scope.ports().engineActors().of(lease.engine().id()).orElse(engine).tell(command);
  }

  /// Ends an answer that the client will not get to its end. What has come of it is charged.
  private Behavior<Command> breakOff(boolean isWork, Reason reason) {
    var next = finish(broken(new Usage(0, 0, ear.passedTokens().get()), reason), isWork);
    running.abort();
    return next;
  }

  private Behavior<Command> finish(CallEnd told, boolean isWork) {
    var end = isWork ? reckoned(told) : told;
    long serviceNanos = service(end, scope.now() - grantedNanos);
    tellEngine(new EngineActor.Ended(lease.id(), end));
    var charge = charge(end, serviceNanos);
    var instruments = scope.instruments();
    if (end.failure().isPresent()) {
      instruments.ended(end.failure().get(), scope.sinceArrivalNanos());
      instruments.charged(end.usage(), serviceNanos);
    } else {
      instruments.completed(end.usage(), serviceNanos, scope.sinceArrivalNanos());
    }
    scope
        .ports()
        .recorder()
        .ended(
            new Recorder.Served(
                scope.call(),
                lease.engine().id(),
                grantedNanos - scope.arrivalNanos(),
                scope.sinceArrivalNanos(),
                end));
    scope.start().listener().accept(new CallEvent.Ended(end));
    scope.over(true);
    return EndingCall.settling(scope, charge);
  }

  /// Ends a call that has a lease and no byte of an answer. What the engine did for it unseen is
  /// reckoned by the clock: leaving early must not be a way to be served for nothing.
  private Behavior<Command> giveUp(Reason reason) {
    var end = reckoned(broken(Usage.NONE, reason));
    long elapsedNanos = scope.now() - grantedNanos;
    running.abort();
    tellEngine(new EngineActor.Ended(lease.id(), end));
    var charge = charge(end, Math.max(elapsedNanos, service(end, elapsedNanos)));
    scope.sayFailed(reason, true);
    return EndingCall.settling(scope, charge);
  }

  private long service(CallEnd end, long elapsedNanos) {
    return scope.ports().service().serviceNanos(end.usage(), elapsedNanos);
  }

  private ProgramActor.CallEnded charge(CallEnd end, long serviceNanos) {
    var charge =
        new ProgramActor.CallEnded(
            scope.call().id(),
            lease.engine().id(),
            end.usage(),
            serviceNanos,
            CallOutcome.of(end.failure()),
            scope.self());
    scope.tellProgram(charge);
    return charge;
  }

  /// This actor has failed, or its node stops: what it holds is free, and nothing is charged.
  private Behavior<Command> aborted() {
    running.abort();
    tellEngine(new EngineActor.Ended(lease.id(), broken(Usage.NONE, Reason.INTERNAL)));
    scope.withdrawFromProgram();
    return Behaviors.same();
  }

  /// @param usage what has been seen of it
  private static CallEnd broken(Usage usage, Reason reason) {
    return new CallEnd(usage, false, Optional.empty(), CallEnd.Answer.NONE, Optional.of(reason));
  }

  /// With our estimate of the prompt, where the engine has not said what it did.
  private CallEnd reckoned(CallEnd end) {
    var usage =
        new Usage(
            scope.call().promptTokens(), lease.why().prefixTokens(), end.usage().outputTokens());
    return end.reported() ? end : end.withUsage(usage);
  }

  /// Brings what the stream's thread observes to the actor.
  ///
  /// @param passedTokens of the answer so far: written by that thread, read when the actor breaks off
  private record Ear(ActorRef<Command> actor, int attempt, AtomicInteger passedTokens)
      implements EngineClient.Observer {

    @Override
    public void began() {
      actor.tell(new TokenBegan(attempt));
    }

    @Override
    public void progressed(int outputTokens) {
      passedTokens.set(outputTokens);
    }

    @Override
    public void ended(CallEnd end) {
      actor.tell(new BodyEnded(attempt, end));
    }
  }
}
