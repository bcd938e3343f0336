package dev.troupe.run;

import dev.troupe.plan.StepId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/// A decision while it is made: what happens is taken in by the run at once, and gathered.
final class Decision {

  /// How long steps that were cancelled are waited for.
  private static final long PATIENCE_MILLIS = 5_000;

  private final Run run;
  private final long nowMillis;
  private final RandomGenerator random;
  private final ModelCatalogue models;
  private final boolean mayStart;
  private int permits;
  private final List<Recorded> events = new ArrayList<>();
  private final List<RunAction> actions = new ArrayList<>();

  /// @param mayStart whether steps may start now
  /// @param permits how many of those that count among what their tenant may do
  Decision(
      Run run,
      long nowMillis,
      RandomGenerator random,
      ModelCatalogue models,
      boolean mayStart,
      int permits) {
    this.run = run;
    this.nowMillis = Math.max(nowMillis, run.updatedAtMillis());
    this.random = random;
    this.models = models;
    this.mayStart = mayStart;
    this.permits = permits;
  }

  Run run() {
    return run;
  }

  /// Wall-clock time, never before the run's last event.
  long nowMillis() {
    return nowMillis;
  }

  Prices prices() {
    return models.prices();
  }

  ModelCatalogue models() {
    return models;
  }

  boolean mayStart() {
    return mayStart;
  }

  /// Whether this step may start, as far as its tenant's limits go.
  boolean permits(StepProgress step) {
    return permits > 0 || !step.isMetered();
  }

  /// The step starts.
  void use(StepProgress step) {
    permits -= step.isMetered() ? 1 : 0;
  }

  /// 0–1, uniform.
  double draw() {
    return random.nextDouble();
  }

  void emit(RunEvent event) {
    Recorded recorded = new Recorded(run.sequence() + 1, nowMillis, event);
    run.apply(recorded);
    events.add(recorded);
  }

  void act(RunAction action) {
    actions.add(action);
  }

  boolean hasEvents() {
    return !events.isEmpty();
  }

  /// Nothing more is started.
  ///
  /// @param isCancelling whether running steps are cancelled, or may end
  void stop(RunError error, boolean isCancelling) {
    emit(
        new RunEvent.Stopping(
            error,
            isCancelling,
            isCancelling ? OptionalLong.of(nowMillis + PATIENCE_MILLIS) : OptionalLong.empty()));
    if (isCancelling) {
      cancelRunning();
    }
  }

  /// The run is over.
  void end(RunState state, Optional<RunError> error) {
    boolean wasCancelled = run.stopping().map(RunEvent.Stopping::isCancelling).orElse(false);
    if (!wasCancelled) {
      cancelRunning();
    }
    emit(new RunEvent.RunEnded(state, error));
    act(new RunAction.Conclude(state, error));
  }

  private void cancelRunning() {
    run.steps().running().stream()
        .sorted(Comparator.comparing(StepProgress::id))
        .forEach(step -> act(new RunAction.CancelStep(step.id(), step.attempt)));
  }

  void warnOfBudget() {
    for (Optional<Budgets.Part> part = run.budgets().toWarnOf();
        part.isPresent();
        part = run.budgets().toWarnOf()) {
      emit(new RunEvent.BudgetWarned(part.get()));
    }
  }

  static RunRefusal noStep(StepId id) {
    return new RunRefusal(
        RunRefusal.Code.TASK_NOT_FOUND, "there is no step \"" + id + "\" in the run");
  }

  Outcome outcome(Optional<RunRefusal> refusal) {
    return new Outcome(events, actions, refusal);
  }
}
