package dev.troupe.run;

import static java.util.stream.Collectors.toMap;

import dev.troupe.plan.StepId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// How well a run went: its times, costs and failures. Of a run that goes on, up to a moment.
///
/// @param wallMillis from submission to the end
/// @param stepMillis time that steps done outside took, attempts that failed among them
/// @param queuedMillis time that they could have started and had not
/// @param speedupRatio of all steps one after the other to the run; 0 where nothing ran
/// @param utilisation fraction, 0–1, of the room for steps that was used
/// @param steps done outside, by the word for their state
/// @param failureRate fraction, 0–1, of the steps that ended
/// @param timeoutRate fraction, 0–1, of the attempts that ended
/// @param criticalPath the steps that made the run as long as it was, first to last
/// @param criticalMillis time that these took, waiting for room left out
/// @param stages by number of steps before them
public record RunReport(
    RunState state,
    long wallMillis,
    long stepMillis,
    long queuedMillis,
    double speedupRatio,
    double utilisation,
    Map<String, Integer> steps,
    int retries,
    int timeouts,
    double failureRate,
    double timeoutRate,
    Expense spent,
    List<StepId> criticalPath,
    long criticalMillis,
    List<Stage> stages,
    Set<Alert> alerts) {

  /// The steps of the plan with as many steps before them.
  ///
  /// @param startMillis of the first, from the run's start
  /// @param endMillis of the last, from the run's start
  public record Stage(int number, int steps, long startMillis, long endMillis) {}

  /// What somebody should look at.
  public enum Alert {
    /// More than a fifth of the steps that ended failed.
    FAILURES,
    /// More than a tenth of the attempts took too long.
    TIMEOUTS
  }

  private static final double FAILURE_ALERT = 0.2;
  private static final double TIMEOUT_ALERT = 0.1;

  public RunReport {
    steps = Map.copyOf(steps);
    criticalPath = List.copyOf(criticalPath);
    stages = List.copyOf(stages);
    alerts = Set.copyOf(alerts);
  }

  /// Cost: `O(n)`.
  public static RunReport of(Run run, long nowMillis) {
    long end = run.state().isTerminal() ? run.endedAtMillis() : nowMillis;
    long wall = Math.max(0, end - run.submittedAtMillis());
    Map<StepState, Integer> steps = new EnumMap<>(StepState.class);
    long ran = 0;
    long queued = 0;
    int attempts = 0;
    for (StepProgress step : run.steps().all()) {
      if (step.isWork()) {
        StepView view = StepView.of(step, end);
        steps.merge(step.state, 1, Integer::sum);
        ran += view.ranMillis();
        queued += view.queuedMillis();
        attempts += step.attempt;
      }
    }
    int failed = steps.getOrDefault(StepState.FAILED, 0);
    double failures = fraction(failed, failed + steps.getOrDefault(StepState.COMPLETED, 0));
    double timeouts = fraction(run.resources().timeouts(), attempts);
    List<StepProgress> path = criticalPath(run);
    return new RunReport(
        run.state(),
        wall,
        ran,
        queued,
        fraction(ran, wall),
        fraction(ran, wall * run.policy().maxParallelism()),
        steps.entrySet().stream()
            .collect(toMap(state -> state.getKey().word(), Map.Entry::getValue)),
        run.resources().retries(),
        run.resources().timeouts(),
        failures,
        timeouts,
        run.spent(),
        path.stream().map(StepProgress::id).toList(),
        path.stream().mapToLong(step -> step.ranMillis).sum(),
        stages(run),
        alerts(failures, timeouts));
  }

  private static Set<Alert> alerts(double failures, double timeouts) {
    Set<Alert> alerts = EnumSet.noneOf(Alert.class);
    if (failures > FAILURE_ALERT) {
      alerts.add(Alert.FAILURES);
    }
    if (timeouts > TIMEOUT_ALERT) {
      alerts.add(Alert.TIMEOUTS);
    }
    return alerts;
  }

  /// From the step that ended last, each time to the one it waited for longest.
  private static List<StepProgress> criticalPath(Run run) {
    Comparator<StepProgress> byEnd =
        Comparator.<StepProgress>comparingLong(step -> step.endedAtMillis)
            .thenComparingLong(step -> step.endedBy)
            .thenComparing(StepProgress::id);
    Optional<StepProgress> last =
        run.steps().all().stream()
            .filter(step -> step.container == null && step.attempt > 0 && step.state.isEnded())
            .max(byEnd);
    List<StepProgress> path = new ArrayList<>();
    while (last.isPresent()) {
      path.add(last.get());
      last = run.steps().parents(last.get()).stream().filter(step -> step.attempt > 0).max(byEnd);
    }
    return path.reversed();
  }

  private static List<Stage> stages(Run run) {
    Map<Integer, Stage> stages = new TreeMap<>();
    for (StepProgress step : run.steps().all()) {
      if (step.container == null && step.attempt > 0) {
        long start = step.startedAtMillis - run.submittedAtMillis();
        long end = Math.max(start, step.endedAtMillis - run.submittedAtMillis());
        stages.merge(
            step.level,
            new Stage(step.level, 1, start, end),
            (one, other) ->
                new Stage(
                    one.number(),
                    one.steps() + other.steps(),
                    Math.min(one.startMillis(), other.startMillis()),
                    Math.max(one.endMillis(), other.endMillis())));
      }
    }
    return List.copyOf(stages.values());
  }

  private static double fraction(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
