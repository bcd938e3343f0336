package dev.troupe.actor;

import dev.troupe.actor.CallActor.Announce;
import dev.troupe.actor.CallActor.ChargeAgain;
import dev.troupe.actor.CallActor.Command;
import dev.troupe.actor.CallActor.Forgotten;
import dev.troupe.actor.CallActor.Granted;
import dev.troupe.actor.CallActor.Served;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// A call whose caller has heard its end. A lease that comes now is declined.
final class EndingCall {

  /// How long a program may be away, with its node, and still be charged.
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);

  /// How long a lease may be on its way to a call that has left the queue.
  private static final Duration LEAVE_TIME = Duration.ofSeconds(1);

  private EndingCall() {}

  /// Waits for the program's acknowledgement, which carries its standing. Charges it again while it is
  /// silent: its node may be lost. A program takes each call's charge once.
  static Behavior<Command> settling(CallScope scope, ProgramActor.CallEnded charge) {
    long more = SETTLE_LIMIT.dividedBy(scope.ports().settings().announceInterval());
    // Once at least: the first reminder may come right after the charge.
    return settling(scope, charge, Math.max(1, more));
  }

  /// @param more how often it is charged again at most
  private static Behavior<Command> settling(
      CallScope scope, ProgramActor.CallEnded charge, long more) {
    return Behaviors.receiveMessage(command ->
        switch (command) {
          case Served(var standing) -> {
            scope.calls().tell(new CallsActor.StandingHeard(scope.call().program(), standing));
            yield Behaviors.stopped();
          }
          case Announce _ when more > 0 -> {
            scope.tellProgram(charge);
            scope.remind();
            yield settling(scope, charge, more - 1);
          }
          case ChargeAgain _ -> {
            scope.tellProgram(charge);
            yield Behaviors.same();
          }
          // The program has been silent for so long that nothing more comes of it.
          case Announce _ -> Behaviors.stopped();
          case Granted granted -> declined(granted);
          default -> Behaviors.same();
        });
  }

  /// After a call has left the queue while a lease may be on its way to it. Keeps nothing of it.
  static Behavior<Command> left(CallScope scope) {
    scope.timers().cancelAll();
    scope.timers().startSingleTimer(new Forgotten(), LEAVE_TIME);
    return forgotten();
  }

  /// After a call for which nobody holds anything. It stops in this phase: in the one before, it would
  /// withdraw what is withdrawn.
  static Behavior<Command> over(CallScope scope) {
    scope.self().tell(new Forgotten());
    return forgotten();
  }

  private static Behavior<Command> forgotten() {
    return Behaviors.receiveMessage(command ->
        switch (command) {
          case Granted granted -> declined(granted);
          case Forgotten _ -> Behaviors.stopped();
          default -> Behaviors.same();
        });
  }

  static Behavior<Command> declined(Granted granted) {
    granted.engine().tell(new EngineActor.Declined(granted.lease().id()));
    return Behaviors.same();
  }
}
