package dev.troupe.actor;

import dev.troupe.actor.CallsActor.Start;
import dev.troupe.actor.EngineClient.EngineAnswer;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.Lease;
import dev.troupe.program.CallEnd;
import dev.troupe.program.Reason;
import dev.troupe.program.Remote;
import dev.troupe.program.Standing;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

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
///
/// Each phase is a class: [WaitingCall], [ServedCall] (opening and streaming), [EndingCall] (settling). What they
/// share is [CallScope].
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

  /// A scheduler is lost, with its queue.
  record SchedulerLost(ActorRef<SchedulerActor.Command> scheduler) implements Command {}

  /// A reminder of the call's own.
  sealed interface Reminder extends Command {}

  record DeadlinePassed() implements Reminder {}

  /// Say how the call is to whom it may concern now: that it waits, that its lease is in use, what it is
  /// to be charged.
  record Announce() implements Reminder {}

  /// Say once more what the call is to be charged, without waiting for the next announcement.
  record ChargeAgain() implements Reminder {}

  /// No lease is on its way any more.
  record Forgotten() implements Reminder {}

  /// What is heard of an attempt to run on an engine.
  sealed interface OfAttempt extends Command {
    int attempt();
  }

  record Answered(int attempt, EngineAnswer answer) implements OfAttempt {}

  record Lost(int attempt, String cause) implements OfAttempt {}

  record TokenBegan(int attempt) implements OfAttempt {}

  record BodyEnded(int attempt, CallEnd end) implements OfAttempt {}

  private CallActor() {}

  /// Creates the actor of one call, which asks for service at once.
  ///
  /// @param hint the program's standing as last heard on this node
  static Behavior<Command> create(
      CallPorts ports, Start start, Standing hint, ActorRef<CallsActor.Command> calls) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(timers ->
            WaitingCall.arriving(new CallScope(context, timers, ports, start, hint, calls))));
  }
}
