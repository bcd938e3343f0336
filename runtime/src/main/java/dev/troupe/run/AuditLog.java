package dev.troupe.run;

import dev.troupe.plan.Budget;
import dev.troupe.plan.StepId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A run's events under the names that the runtime predecessor's audit files use, one line each, with the
/// event in it: the run is rebuilt from the lines.
///
/// In batched mode the ends of a stage's steps are told when the stage ends, by id, so that the same plan
/// gives the same lines whichever step ended first.
public final class AuditLog {

  /// One line.
  ///
  /// @param sequence of the event it comes from
  /// @param atMillis wall-clock time
  /// @param name such as `task_started`
  /// @param task the step it is about, where it is about one
  /// @param event on exactly one line for each event
  public record Line(
      long sequence, long atMillis, String name, Optional<StepId> task, Optional<RunEvent> event) {}

  private final List<Line> held = new ArrayList<>();
  private boolean isBatch;
  private Budget limit = Budget.UNLIMITED;
  private Expense spent = Expense.NONE;

  /// The lines that come of the next event, in order.
  public List<Line> of(Recorded recorded) {
    List<Line> lines = new ArrayList<>();
    switch (recorded.event()) {
      case RunEvent.Submitted event -> {
        limit = event.policy().budget();
        lines.add(line(recorded, "run_started"));
      }
      case RunEvent.StageStarted _ -> {
        isBatch = true;
        lines.add(line(recorded, "batch_started"));
      }
      case RunEvent.StageEnded _ -> {
        release(lines);
        isBatch = false;
        lines.add(line(recorded, "batch_completed"));
      }
      case RunEvent.StepStarted event -> {
        if (event.reserved().expense().calls() > 0) {
          lines.add(note(recorded, "budget_precheck_ok", event.step()));
        }
        lines.add(line(recorded, "task_started", event.step()));
      }
      case RunEvent.StepFinished event -> {
        List<Line> ends = isBatch ? held : lines;
        ends.add(line(recorded, "task_completed", event.step()));
        record(recorded, event.step(), event.used(), event.micros(), ends);
      }
      case RunEvent.StepFailed event -> {
        List<Line> ends = isBatch ? held : lines;
        ends.add(line(recorded, "task_failed", event.step()));
        record(recorded, event.step(), event.used(), event.micros(), ends);
      }
      case RunEvent.BodyEnded event -> {
        List<Line> ends = isBatch ? held : lines;
        ends.add(line(recorded, "task_completed", event.step()));
      }
      case RunEvent.RetryScheduled event -> {
        List<Line> ends = isBatch ? held : lines;
        ends.add(line(recorded, "task_retrying", event.step()));
        record(recorded, event.step(), event.used(), event.micros(), ends);
      }
      case RunEvent.RetryDue event ->
          (isBatch ? held : lines).add(line(recorded, "task_ready", event.step()));
      case RunEvent.Stopping event -> {
        if (event.error().code() == RunError.Code.BUDGET_EXCEEDED) {
          event
              .error()
              .step()
              .ifPresent(step -> lines.add(note(recorded, "budget_precheck_failed", step)));
        }
        lines.add(line(recorded, "run_stopping"));
      }
      case RunEvent.RunEnded event -> {
        release(lines);
        lines.add(line(recorded, "run_" + event.state().word()));
      }
      case RunEvent.BudgetRaised event -> {
        limit = event.budget();
        lines.add(line(recorded, "budget_raised"));
      }
      case RunEvent.BudgetWarned _ ->
          (isBatch ? held : lines).add(line(recorded, "budget_warning"));
      case RunEvent.StepsAdded _ -> lines.add(line(recorded, "tasks_added"));
      case RunEvent.Sealed _ -> lines.add(line(recorded, "run_sealed"));
      case RunEvent.BodyStarted event -> lines.add(line(recorded, "body_started", event.step()));
      case RunEvent.ItemsStarted event -> lines.add(line(recorded, "items_started", event.step()));
      case RunEvent.StepsSkipped _ -> (isBatch ? held : lines).add(line(recorded, "tasks_skipped"));
      case RunEvent.StepsReset _ -> lines.add(line(recorded, "tasks_reset"));
      case RunEvent.Paused _ -> lines.add(line(recorded, "run_paused"));
      case RunEvent.Resumed _ -> lines.add(line(recorded, "run_resumed"));
      case RunEvent.Signalled _ -> lines.add(line(recorded, "run_signalled"));
      case RunEvent.Remembered _ -> lines.add(line(recorded, "memory_changed"));
      case RunEvent.AbortRequested _ -> lines.add(line(recorded, "run_aborting"));
    }
    return lines;
  }

  /// The run that the lines tell of, all of which there must be.
  public static Run replay(Collection<Line> lines) {
    Run run = new Run();
    lines.stream()
        .filter(line -> line.event().isPresent())
        .sorted(Comparator.comparingLong(Line::sequence))
        .forEach(line ->
            run.apply(new Recorded(line.sequence(), line.atMillis(), line.event().orElseThrow())));
    return run;
  }

  private void record(
      Recorded recorded, StepId step, Consumption used, long micros, List<Line> lines) {
    if (used.calls() == 0) {
      return;
    }
    spent = spent.plus(new Expense(micros, used.tokens(), used.calls()));
    boolean isWithin =
        (limit.micros().isEmpty() || spent.micros() <= limit.micros().getAsLong())
            && (limit.tokens().isEmpty() || spent.tokens() <= limit.tokens().getAsLong())
            && (limit.calls().isEmpty() || spent.calls() <= limit.calls().getAsInt());
    lines.add(note(recorded, isWithin ? "budget_record_ok" : "budget_record_failed", step));
  }

  /// By step; what is of one step, and what is of none, stays in its order.
  private void release(List<Line> lines) {
    held.sort(Comparator.comparing(line -> line.task().map(StepId::value).orElse("")));
    lines.addAll(held);
    held.clear();
  }

  private static Line line(Recorded recorded, String name) {
    return new Line(
        recorded.sequence(),
        recorded.atMillis(),
        name,
        Optional.empty(),
        Optional.of(recorded.event()));
  }

  private static Line line(Recorded recorded, String name, StepId task) {
    return new Line(
        recorded.sequence(),
        recorded.atMillis(),
        name,
        Optional.of(task),
        Optional.of(recorded.event()));
  }

  private static Line note(Recorded recorded, String name, StepId task) {
    return new Line(
        recorded.sequence(), recorded.atMillis(), name, Optional.of(task), Optional.empty());
  }
}
