package dev.troupe.actor;

import dev.troupe.actor.CallActor.Abandon;
import dev.troupe.actor.CallActor.Announce;
import dev.troupe.actor.CallActor.Command;
import dev.troupe.actor.CallActor.DeadlinePassed;
import dev.troupe.actor.CallActor.EngineMoved;
import dev.troupe.actor.CallActor.Granted;
import dev.troupe.actor.CallActor.OfAttempt;
import dev.troupe.actor.CallActor.ProgramEnded;
import dev.troupe.actor.CallActor.Queued;
import dev.troupe.actor.CallActor.Refused;
import dev.troupe.actor.CallActor.Reminder;
import dev.troupe.actor.CallActor.Revoked;
import dev.troupe.actor.CallActor.SchedulerLost;
import dev.troupe.actor.CallActor.Served;
import dev.troupe.engine.EngineId;
import dev.troupe.program.Reason;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// A call that waits for permission to run: it says so to its program, whose scheduler queues it.
final class WaitingCall {

  /// How often the call was tried, and where in vain.
  ///
  /// @param isAdmitted whether a scheduler has taken it into its queue
  record Journey(int attempts, boolean isAdmitted, Set<EngineId> excluded) {

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

  private final CallScope scope;
  private final Journey journey;

  private WaitingCall(CallScope scope, Journey journey) {
    this.scope = scope;
    this.journey = journey;
  }

  /// Asks for service for the first time.
  static Behavior<Command> arriving(CallScope scope) {
    scope.instruments().arrived(scope.start().source());
    scope.timers().startSingleTimer(new DeadlinePassed(), scope.start().deadline());
    return new WaitingCall(scope, Journey.START).announced();
  }

  /// Asks for service again, after a while.
  static Behavior<Command> rejoining(CallScope scope, Journey journey) {
    scope.remindAfter(scope.ports().settings().delayAfter(Math.max(1, journey.attempts())));
    return new WaitingCall(scope, journey).waiting(Optional.empty());
  }

  private Behavior<Command> announced() {
    var start = scope.start();
    scope.tellProgram(
        new ProgramActor.Submit(
            start.call(),
            start.source(),
            start.isNewProgram(),
            start.declared().parent(),
            scope.hint(),
            scope.sinceArrivalNanos(),
            journey.isAdmitted(),
            journey.excluded(),
            start.declared().priority(),
            start.declared().remainingCalls(),
            scope.self()));
    scope.remind();
    return waiting(Optional.empty());
  }

  /// @param scheduler in whose queue it is known to stand
  private Behavior<Command> waiting(Optional<ActorRef<SchedulerActor.Command>> scheduler) {
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, command -> onCommand(command, scheduler))
        .onSignal(
            PostStop.class,
            _ -> {
              withdraw();
              return Behaviors.same();
            })
        .build();
  }

  private Behavior<Command> onCommand(
      Command command, Optional<ActorRef<SchedulerActor.Command>> known) {
    return switch (command) {
      case Queued(var scheduler, int position) -> queued(scheduler, position);
      case Granted(var lease, var engine) ->
          ServedCall.opening(scope, journey.tried(), lease, engine);
      case Refused refused -> refused(refused);
      case Announce _ -> announced();
      case SchedulerLost(var lost) ->
          known.filter(lost::equals).isPresent() ? rejoining(scope, journey) : Behaviors.same();
      case Abandon(var reason) -> leave(reason);
      case DeadlinePassed _ -> leave(Reason.DEADLINE_EXCEEDED);
      case ProgramEnded _ -> leave(Reason.PROGRAM_ENDED);
      // Left over from an earlier attempt.
      case Revoked _, Served _, EngineMoved _, OfAttempt _, Reminder _ -> Behaviors.same();
    };
  }

  private Behavior<Command> queued(ActorRef<SchedulerActor.Command> scheduler, int position) {
    scope.calls().tell(new CallsActor.WaitsWith(scheduler));
    scope.start().listener().accept(new CallEvent.Queued(position));
    return new WaitingCall(scope, journey.admitted()).waiting(Optional.of(scheduler));
  }

  private Behavior<Command> refused(Refused refused) {
    // The program knows this id as another caller's call.
    if (refused.reason() != Reason.DUPLICATE_CALL) {
      scope.withdrawFromProgram();
    }
    scope.sayFailed(
        new CallEvent.Failed(refused.reason(), refused.detail(), refused.retryAfter()), false);
    return EndingCall.over(scope);
  }

  private Behavior<Command> leave(Reason reason) {
    withdraw();
    scope.sayFailed(reason, false);
    return EndingCall.left(scope);
  }

  private void withdraw() {
    var call = scope.call();
    scope.ports().schedulers().tell(call.pool(), new SchedulerActor.Withdraw(call.id()));
    scope.withdrawFromProgram();
  }
}
