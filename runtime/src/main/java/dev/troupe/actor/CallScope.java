package dev.troupe.actor;

import dev.troupe.actor.CallsActor.Start;
import dev.troupe.metrics.Instruments;
import dev.troupe.program.Call;
import dev.troupe.program.Reason;
import dev.troupe.program.Standing;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;

/// What the phases of one call share: who it is, whom it tells, and how long it is there.
///
/// @param hint the program's standing as last heard on this node
/// @param arrivalNanos when the caller came, by the clock of the ports
record CallScope(
    ActorContext<CallActor.Command> context,
    TimerScheduler<CallActor.Command> timers,
    CallPorts ports,
    Start start,
    Standing hint,
    ActorRef<CallsActor.Command> calls,
    Instruments.Model instruments,
    long arrivalNanos) {

  /// Of a caller who comes now.
  CallScope(
      ActorContext<CallActor.Command> context,
      TimerScheduler<CallActor.Command> timers,
      CallPorts ports,
      Start start,
      Standing hint,
      ActorRef<CallsActor.Command> calls) {
    this(
        context,
        timers,
        ports,
        start,
        hint,
        calls,
        ports.instruments().model(start.call().pool()),
        ports.nanoClock().getAsLong());
  }

  Call call() {
    return start.call();
  }

  /// The log of the actor. To name it takes a look at the stack, and few calls have anything to
  /// say.
  Logger log() {
    context.setLoggerName(CallActor.class);
    return context.getLog();
  }

  ActorRef<CallActor.Command> self() {
    return context.getSelf();
  }

  long now() {
    return ports.nanoClock().getAsLong();
  }

  long sinceArrivalNanos() {
    return now() - arrivalNanos;
  }

  /// Has the call announce itself after the usual while.
  void remind() {
    remindAfter(ports.settings().announceInterval());
  }

  /// Has the call announce itself after a while, in place of when it would have. One timer for all phases: a
  /// call that ends soon sets it once.
  void remindAfter(Duration delay) {
    timers.startSingleTimer(new CallActor.Announce(), delay);
  }

  void tellProgram(ProgramActor.Command command) {
    ports.programs().tell(call().program(), command);
  }

  /// Tells the program that nothing comes of the call, and nothing is charged.
  void withdrawFromProgram() {
    tellProgram(new ProgramActor.CallWithdrawn(call().id()));
  }

  /// Tells the caller that there will be no answer.
  ///
  /// @param isCharging whether the program is still to acknowledge what it was charged
  void sayFailed(Reason reason, boolean isCharging) {
    sayFailed(new CallEvent.Failed(reason, detailOf(reason), Optional.empty()), isCharging);
  }

  void sayFailed(CallEvent.Failed failed, boolean isCharging) {
    instruments.ended(failed.reason(), sinceArrivalNanos());
    start.listener().accept(failed);
    over(isCharging);
  }

  /// The caller has heard the last of the call.
  ///
  /// @param isCharging whether the program is still to acknowledge what it was charged
  void over(boolean isCharging) {
    calls.tell(new CallsActor.CallOver(call().id(), isCharging));
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
}
