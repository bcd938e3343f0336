package dev.troupe.program;

import dev.troupe.engine.EngineId;
import dev.troupe.program.ProgramView.CallState;
import dev.troupe.program.ProgramView.CallView;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// One call's line in its program's record. Mutable, confined.
///
/// ```
///   waiting ──granted──► running ──ended──► completed | failed | cancelled
///      ▲                    │
///      └────submitted again─┘
/// ```
final class CallRecord {

  private final Call.Id id;
  private final List<Call.Id> parents;
  private final Priority priority;
  private final boolean external;
  private final long arrivalNanos;
  private CallState state = CallState.WAITING;
  private boolean cancelled;
  private boolean granted;
  private long waitedNanos;
  private long grantedNanos;
  private long ownNanos;
  private long serviceNanos;
  private Usage usage = Usage.NONE;
  private Optional<Integer> level = Optional.empty();
  private Optional<EngineId> engine = Optional.empty();

  private CallRecord(
      Call.Id id, List<Call.Id> parents, Priority priority, boolean external, long arrivalNanos) {
    this.id = id;
    this.parents = parents;
    this.priority = priority;
    this.external = external;
    this.arrivalNanos = arrivalNanos;
  }

  static CallRecord waiting(
      Call.Id id, List<Call.Id> parents, Priority priority, long arrivalNanos) {
    return new CallRecord(id, parents, priority, false, arrivalNanos);
  }

  /// A call that somebody else runs, from now on.
  static CallRecord external(Call.Id id, List<Call.Id> parents, Priority priority, long nowNanos) {
    var call = new CallRecord(id, parents, priority, true, nowNanos);
    call.run(0, nowNanos);
    return call;
  }

  /// An ended call as a view described it.
  static CallRecord restored(CallView view, long nowNanos) {
    var priority =
        new Priority(
            0, view.pathNanos(), 0, 0, 0, false, ProgramPriority.DEFAULT, OptionalInt.empty());
    var call =
        new CallRecord(view.id(), view.parents(), priority, false, nowNanos - view.ageNanos());
    call.waitedNanos = view.waitedNanos();
    call.level = view.level();
    call.engine = view.engine();
    call.end(view.usage(), view.serviceNanos(), outcomeOf(view));
    return call;
  }

  private static CallOutcome outcomeOf(CallView view) {
    if (view.isCancelled()) {
      return CallOutcome.CANCELLED;
    }
    return view.state() == CallState.COMPLETED ? CallOutcome.COMPLETED : CallOutcome.FAILED;
  }

  void grant(EngineId engine, int level, long waitedNanos, long nowNanos) {
    this.engine = Optional.of(engine);
    this.level = Optional.of(level);
    // Waiting ends with the first grant: what a lost engine costs is no claim on the others.
    run(granted ? this.waitedNanos : waitedNanos, nowNanos);
  }

  private void run(long waitedNanos, long nowNanos) {
    this.granted = true;
    this.waitedNanos = waitedNanos;
    this.grantedNanos = nowNanos;
    this.state = CallState.RUNNING;
  }

  /// The call waits again, if its engine was taken from it.
  void waitAgain(long nowNanos) {
    if (state == CallState.RUNNING) {
      ownNanos += nowNanos - grantedNanos;
      level = Optional.empty();
      state = CallState.WAITING;
    }
  }

  void end(Usage usage, long serviceNanos, CallOutcome outcome) {
    this.usage = usage;
    this.serviceNanos = serviceNanos;
    this.state = outcome == CallOutcome.COMPLETED ? CallState.COMPLETED : CallState.FAILED;
    this.cancelled = outcome == CallOutcome.CANCELLED;
  }

  Call.Id id() {
    return id;
  }

  CallState state() {
    return state;
  }

  boolean isExternal() {
    return external;
  }

  /// Service along the longest chain of calls that leads to this one.
  long pathNanos() {
    return priority.pathNanos();
  }

  /// Service along the same chain, with that of this ended call.
  long pathThroughNanos() {
    return priority.pathNanos() + serviceNanos;
  }

  long waitedNanos() {
    return waitedNanos;
  }

  /// What an ended call is charged with.
  long serviceNanos() {
    return serviceNanos;
  }

  Usage usage() {
    return usage;
  }

  boolean hasFailed() {
    return state == CallState.FAILED && !cancelled;
  }

  boolean isCancelled() {
    return cancelled;
  }

  Priority priority() {
    return new Priority(
        priority.attainedNanos(),
        priority.pathNanos(),
        priority.waitedNanos(),
        ownNanos,
        priority.stage(),
        priority.beginsStage() && !granted,
        priority.ofProgram(),
        priority.remainingCalls());
  }

  CallView view(long nowNanos) {
    return new CallView(
        id,
        state,
        parents,
        nowNanos - arrivalNanos,
        state == CallState.WAITING && !granted ? nowNanos - arrivalNanos : waitedNanos,
        serviceNanos(nowNanos),
        pathNanos(),
        level,
        usage,
        engine,
        cancelled);
  }

  private long serviceNanos(long nowNanos) {
    return switch (state) {
      case WAITING -> ownNanos;
      case RUNNING -> ownNanos + nowNanos - grantedNanos;
      case COMPLETED, FAILED -> serviceNanos;
    };
  }
}
