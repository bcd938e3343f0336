package dev.troupe.program;

import dev.troupe.engine.EngineId;
import dev.troupe.program.ProgramView.CallView;
import dev.troupe.program.ProgramView.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One program's entry in the process table: what it has attained and waited, its critical path, its
/// open calls. Gives each call its priority.
///
/// | quantity      | how it is reckoned                                                            |
/// |---------------|-------------------------------------------------------------------------------|
/// | attained      | sum of the service of all ended calls (PLAS)                                  |
/// | path, parents | max over the parents of path + service (ATLAS); parents stay known when ended |
/// | path, none    | the program's critical path so far, one scalar                                |
/// | critical path | max of path + service over all ended calls                                    |
/// | stage         | one more than the largest of the calls that have ended                        |
/// | waiting       | arrival to first grant, summed over ended calls                               |
///
/// A call is charged once, however often its end is told. One that leaves without service is charged
/// nothing, and adds no waiting either: otherwise a caller could gather a claim by asking and leaving.
///
/// Mutable and confined to one thread. Memory is bounded by the settings and by the open calls; a method
/// takes O(parents) at most, [#view] O(calls shown).
///
/// Luo et al., [Autellix](https://arxiv.org/abs/2502.13965), sections 4.1 and 4.2. Unlike there,
/// declared parents are followed where the caller names them, and a program is told from its calls
/// whether it is multithreaded.
public final class ProgramRecord {

  private final Program.Id id;
  private final ProgramSettings settings;
  private final CallTable calls;
  private final ServingEngines engines = new ServingEngines();
  private final ProgramTimes times;
  private final ProgramOutcome outcome;
  private final ProgramAccount account = new ProgramAccount();
  private final CallersWord said = new CallersWord();
  private boolean known;
  private boolean changed;
  private boolean multithreaded;
  private boolean promoted;

  public ProgramRecord(Program.Id id, ProgramSettings settings, long nowNanos) {
    this.id = id;
    this.settings = settings;
    this.calls = new CallTable(settings);
    this.times = new ProgramTimes(nowNanos);
    this.outcome = new ProgramOutcome(settings.idleTimeout());
  }

  /// Takes over what an earlier life of the program left behind. It is best heard before anything else is
  /// said; where it comes late, what was said since counts. One that was silent for too long is over,
  /// until it speaks. Calls that others run are open again. Of our own that were open it is only known
  /// where they lie on the program's paths: those that live on submit themselves again, or end.
  public void restore(ProgramView kept, long nowNanos) {
    boolean isLate = known;
    boolean hadChanged = changed;
    touch(nowNanos);
    said.restore(kept);
    outcome.restore(kept);
    multithreaded |= kept.isMultithreaded();
    times.restore(kept, isLate, nowNanos);
    engines.restore(kept.engines());
    account.restore(kept, calls.restore(endedCallsOf(kept, nowNanos)));
    if (outcome.isOver()) {
      account.over();
    } else {
      kept.calls().stream()
          .filter(call -> !call.hasEnded())
          .forEach(call -> restoreOpen(call, nowNanos));
    }
    changed = hadChanged;
  }

  private static List<CallRecord> endedCallsOf(ProgramView kept, long nowNanos) {
    return kept.calls().stream()
        .filter(CallView::hasEnded)
        .map(call -> CallRecord.restored(call, nowNanos))
        .toList();
  }

  private void restoreOpen(CallView call, long nowNanos) {
    if (!call.isExternal()) {
      calls.wasOpen(call.id(), call.pathNanos());
    } else if (!calls.isKnown(call.id())) {
      var priority = priorityAt(call.pathNanos());
      calls.add(
          CallRecord.external(call.id(), call.parents(), priority, nowNanos - call.ageNanos()));
    }
  }

  /// A call asks for service. Sent again while it waits it is the same call with the same claim; sent
  /// again after a grant, its engine was taken from it and it waits once more.
  ///
  /// @param hint standing as the caller last heard it; counts where it is larger
  /// @param waitedNanos how long the call has waited already
  public Priority submit(
      Call call,
      String source,
      Optional<Program.Id> parent,
      Standing hint,
      long waitedNanos,
      long nowNanos) {
    if (!call.program().equals(id)) {
      throw new IllegalArgumentException("call of " + call.program() + " submitted to " + id);
    }
    touch(nowNanos);
    account.hear(hint);
    said.called(source, parent);
    var known = calls.open(call.id());
    if (known.isPresent()) {
      known.get().waitAgain(nowNanos);
      return known.get().priority();
    }
    var priority = priorityOf(call.id(), call.parents());
    add(CallRecord.waiting(call.id(), call.parents(), priority, nowNanos - waitedNanos), nowNanos);
    return priority;
  }

  /// A call begins that somebody else runs. Harmless when it is known.
  public Priority registered(Call.Id call, List<Call.Id> parents, long nowNanos) {
    touch(nowNanos);
    var known = calls.open(call);
    if (known.isPresent()) {
      return known.get().priority();
    }
    var priority = priorityOf(call, parents);
    add(CallRecord.external(call, List.copyOf(parents), priority, nowNanos), nowNanos);
    return priority;
  }

  /// A call has been given an engine.
  ///
  /// @param promoted whether that was because the program was starving
  public void granted(
      Call.Id call, EngineId engine, int level, boolean promoted, long waitedNanos, long nowNanos) {
    touch(nowNanos);
    this.promoted = promoted;
    engines.served(engine);
    calls.open(call).ifPresent(open -> open.grant(engine, level, waitedNanos, nowNanos));
  }

  /// A call has ended on an engine; the program is charged, also for one that it does not know.
  public Standing ended(
      Call.Id call,
      EngineId engine,
      Usage usage,
      long serviceNanos,
      CallOutcome outcome,
      long nowNanos) {
    touch(nowNanos);
    if (calls.hasEnded(call)) {
      return account.standing();
    }
    engines.served(engine);
    var charged = calls.open(call).orElseGet(() -> ofAnEarlierLife(call, nowNanos - serviceNanos));
    return charge(charged, usage, serviceNanos, outcome, nowNanos);
  }

  /// A call that this life has not heard of counts as one without parents.
  private CallRecord ofAnEarlierLife(Call.Id call, long arrivalNanos) {
    account.beganEarlier();
    return CallRecord.waiting(call, List.of(), priorityOf(call, List.of()), arrivalNanos);
  }

  /// A call that somebody else ran has ended. Without effect on one that was not registered.
  ///
  /// @param serviceNanos as the caller says; less than nothing counts as nothing
  public Standing completed(
      Call.Id call, Usage usage, long serviceNanos, boolean succeeded, long nowNanos) {
    touch(nowNanos);
    long charged = Math.clamp(serviceNanos, 0, Standing.MOST_NANOS);
    var outcome = succeeded ? CallOutcome.COMPLETED : CallOutcome.FAILED;
    return calls
        .open(call)
        .filter(CallRecord::isExternal)
        .map(registered -> charge(registered, usage, charged, outcome, nowNanos))
        .orElseGet(account::standing);
  }

  /// A call has left without service.
  public void withdrawn(Call.Id call, long nowNanos) {
    touch(nowNanos);
    calls.open(call).ifPresent(_ -> account.withdrawn());
    calls.remove(call);
  }

  /// The program is declared. Harmless when it is known; a program that was closed goes on.
  public void opened(
      boolean isMultithreaded,
      Optional<Program.Id> parent,
      Map<String, String> metadata,
      long nowNanos) {
    touch(nowNanos);
    outcome.goesOn();
    this.multithreaded |= isMultithreaded;
    said.opened(parent, metadata);
  }

  /// Somebody has said how much the program matters: its calls from now on are told so to their scheduler.
  public void matters(int priority, long nowNanos) {
    touch(nowNanos);
    said.matters(priority);
  }

  /// Somebody has said how many calls of the program are to begin from now on, the next one among them.
  /// Their scheduler is told so, as far as it is believed.
  public void expects(long calls, long nowNanos) {
    touch(nowNanos);
    account.expects(calls);
  }

  /// The program is over.
  ///
  /// @param how it went
  /// @return the calls that were open and are to be cancelled
  public List<Call.Id> close(State how, long nowNanos) {
    outcome.over(how);
    touch(nowNanos);
    account.over();
    return calls.clear();
  }

  public Program.Id id() {
    return id;
  }

  public Standing standing() {
    return account.standing();
  }

  /// The engine that served the program's latest call.
  public Optional<EngineId> lastEngine() {
    return engines.latest();
  }

  /// Whether a call has asked for service before and has not ended, as far as the program and what it left
  /// in storage tell.
  public boolean hasHeardOf(Call.Id call) {
    return calls.hasOrHadOpen(call);
  }

  public int openCalls() {
    return calls.size();
  }

  /// Whether storage is to keep it though its id was made for its first call: it had a second one, or
  /// somebody has said how much it matters, which no caller's hint remembers.
  public boolean isWorthKeeping() {
    return account.standing().endedCalls() + calls.size() > 1
        || said.priority() != ProgramPriority.DEFAULT;
  }

  /// Whether anything was ever said of the program.
  public boolean isKnown() {
    return known;
  }

  /// Whether storage is to hear of it: something has happened since [#kept].
  public boolean hasChanged() {
    return changed;
  }

  /// Storage has been told of the program as it is now.
  public void kept() {
    changed = false;
  }

  public boolean isClosed() {
    return outcome.isOver();
  }

  /// Whether the program has been silent for longer than a program is kept. A registered call does
  /// not keep it: its caller may be gone.
  public boolean isExpired(long nowNanos) {
    return calls.areAllExternal() && times.silentNanos(nowNanos) > settings.idleTimeout().toNanos();
  }

  public ProgramView view(long nowNanos) {
    var standing = account.standing();
    var tokens = account.tokens();
    return new ProgramView(
        id,
        outcome.state().orElseGet(calls::state),
        said.parent(),
        said.source(),
        said.metadata(),
        standing,
        multithreaded,
        promoted,
        times.ageNanos(nowNanos),
        times.sinceArrivalNanos(nowNanos),
        times.sinceCompletionNanos(nowNanos),
        standing.endedCalls() + calls.size(),
        standing.endedCalls() - account.failedCalls() - account.cancelledCalls(),
        account.failedCalls(),
        tokens.prompt(),
        tokens.cached(),
        tokens.output(),
        engines.all(),
        calls.views(nowNanos),
        said.priority(),
        account.remainingCalls(),
        account.cancelledCalls());
  }

  private Priority priorityOf(Call.Id call, List<Call.Id> parents) {
    return priorityAt(calls.pathTo(call, parents, account.standing().criticalPathNanos()));
  }

  private Priority priorityAt(long pathNanos) {
    return account.priorityAt(pathNanos, said.priority());
  }

  private void add(CallRecord call, long nowNanos) {
    calls.add(call);
    account.begin();
    outcome.goesOn();
    multithreaded |= calls.size() > 1;
    times.arrived(nowNanos);
  }

  private Standing charge(
      CallRecord call, Usage usage, long serviceNanos, CallOutcome outcome, long nowNanos) {
    call.end(usage, serviceNanos, outcome);
    calls.keep(call);
    account.charge(call);
    times.completed(nowNanos);
    return account.standing();
  }

  private void touch(long nowNanos) {
    known = true;
    changed = true;
    times.heard(nowNanos);
  }
}
