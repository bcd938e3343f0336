package dev.troupe.run;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/// How a run goes on: what a command makes happen, and what is to be done.
///
/// Deterministic: the same run, command, time and random numbers give the same outcome. The run has taken
/// in the events of the outcome when this returns; if they cannot be kept, the run is to be thrown away and
/// rebuilt from those that were, as nothing was done that followed from the others: actions are performed
/// after their events are kept (or at once, where the run's durability says so).
///
/// Cost: what changes, `O(log n)` for each step that does; to submit and to end look at every step once.
public final class RunDecisions {

  private final ModelCatalogue models;
  private final boolean mayStart;
  private final int permits;

  /// @param models is looked at when a run is submitted or extended; what they cost also when steps end
  public RunDecisions(ModelCatalogue models) {
    this(models, true, Integer.MAX_VALUE);
  }

  private RunDecisions(ModelCatalogue models, boolean mayStart, int permits) {
    this.models = models;
    this.mayStart = mayStart;
    this.permits = permits;
  }

  /// Every name is a model's.
  public RunDecisions(Prices prices) {
    this(ModelCatalogue.of(prices));
  }

  /// The same, but that nothing starts: for a run that is about to go on elsewhere. What runs may end, and
  /// the run with it.
  public RunDecisions withoutStarts() {
    return new RunDecisions(models, false, permits);
  }

  /// The same, but that no more steps start than the tenant is permitted: see [TenantPermits].
  ///
  /// @param permits for one decision
  public RunDecisions within(int permits) {
    return new RunDecisions(models, mayStart, permits);
  }

  /// What the run has of what its tenant may do, and could use.
  public StartDemand demand(Run run, long nowMillis) {
    return StartDemand.of(run, mayStart, nowMillis);
  }

  /// Follows a command, or says why not, and does all that follows from it.
  ///
  /// @param nowMillis wall-clock time; a time before the run's last event counts as that
  /// @param random for the jitter of retries
  public Outcome decide(Run run, RunCommand command, long nowMillis, RandomGenerator random) {
    Decision decision = new Decision(run, nowMillis, random, models, mayStart, permits);
    OptionalLong before = wakeAtMillis(run, decision.nowMillis());
    Optional<RunRefusal> refusal = follow(decision, command);
    if (run.isSubmitted() && !run.state().isTerminal()) {
      Progress.settle(decision);
    }
    OptionalLong after = wakeAtMillis(run, decision.nowMillis());
    boolean isAnew = command instanceof RunCommand.Tick || command instanceof RunCommand.Recover;
    if (after.isPresent() && (isAnew || !after.equals(before))) {
      decision.act(new RunAction.WakeAt(after.getAsLong()));
    }
    return decision.outcome(refusal);
  }

  private static Optional<RunRefusal> follow(Decision decision, RunCommand command) {
    Run run = decision.run();
    if (command instanceof RunCommand.Submit submit) {
      return Submissions.submit(decision, submit);
    }
    if (!run.isSubmitted()) {
      return refused(RunRefusal.Code.RUN_NOT_FOUND, "there is no such run");
    }
    if (run.state().isTerminal()) {
      return ended(run, command);
    }
    return switch (command) {
      case RunCommand.Submit _ -> throw new IllegalStateException("a submission was followed");
      case RunCommand.AddSteps add -> Submissions.add(decision, add);
      case RunCommand.TurnAway(var refusal) -> Submissions.turnAway(decision, refusal);
      case RunCommand.CompletePlan complete -> Submissions.complete(decision, complete);
      case RunCommand.Note note -> {
        decision.emit(new RunEvent.Noted(note.about(), note.note()));
        yield Optional.empty();
      }
      case RunCommand.Seal _ -> Submissions.seal(decision);
      case RunCommand.StepOutcome outcome -> Attempts.end(decision, outcome);
      case RunCommand.StepReturned returned -> Attempts.giveBack(decision, returned);
      case RunCommand.Tick _ -> {
        Timers.tick(decision);
        yield Optional.empty();
      }
      case RunCommand.Abort abort -> Verbs.abort(decision, abort);
      case RunCommand.Pause _ -> Verbs.pause(decision);
      case RunCommand.Resume _ -> Verbs.resume(decision);
      case RunCommand.RetryStep retry -> Verbs.retry(decision, retry);
      case RunCommand.RetryFailed _ -> Verbs.retryFailed(decision);
      case RunCommand.SkipStep skip -> Verbs.skip(decision, skip);
      case RunCommand.Approve approve -> Verbs.approve(decision, approve);
      case RunCommand.Signal signal -> Verbs.signal(decision, signal);
      case RunCommand.Remember remember -> {
        decision.emit(
            remember
                .value()
                .<RunEvent>map(value -> new RunEvent.Remembered(remember.key(), value))
                .orElseGet(() -> new RunEvent.Forgotten(remember.key())));
        yield Optional.empty();
      }
      case RunCommand.RaiseBudget raise -> Verbs.raise(decision, raise);
      case RunCommand.Recover recover -> {
        Attempts.recover(decision, recover.stillRunning());
        yield Optional.empty();
      }
    };
  }

  private static Optional<RunRefusal> ended(Run run, RunCommand command) {
    boolean isHarmless =
        command instanceof RunCommand.Tick
            || command instanceof RunCommand.Recover
            || (command instanceof RunCommand.Abort && run.state() == RunState.ABORTED);
    if (isHarmless) {
      return Optional.empty();
    }
    RunRefusal.Code code =
        run.state() == RunState.ABORTED
            ? RunRefusal.Code.RUN_ABORTED
            : RunRefusal.Code.RUN_COMPLETED;
    boolean isRetry =
        command instanceof RunCommand.RetryStep || command instanceof RunCommand.RetryFailed;
    return refused(
        code,
        "the run has ended as "
            + run.state().word()
            + (isRetry
                ? "; a rerun, or a fork from a step, begins a new run with its results"
                : ""));
  }

  static Optional<RunRefusal> refused(RunRefusal.Code code, String message) {
    return Optional.of(new RunRefusal(code, message));
  }

  /// When the run has something to do though nothing happens. A start that could be now by its rate waits for
  /// something else: for permits, or a part of the budget.
  private OptionalLong wakeAtMillis(Run run, long nowMillis) {
    if (!run.isSubmitted() || run.state().isTerminal()) {
      return OptionalLong.empty();
    }
    StepTable steps = run.steps();
    long timer = steps.timers().isEmpty() ? Long.MAX_VALUE : steps.timers().first().atMillis();
    boolean waitsForRate =
        mayStart
            && run.state() == RunState.RUNNING
            && !run.isStopping()
            && steps.work().first().isPresent()
            && steps.running().size() < run.resources().width();
    long start = waitsForRate ? run.resources().nextStartMillis() : Long.MAX_VALUE;
    long at = Math.min(timer, start > nowMillis ? start : Long.MAX_VALUE);
    return at == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(at);
  }
}
