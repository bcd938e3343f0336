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

  private final List<Recorded> held = new ArrayList<>();
  private boolean isBatch;
  private Budget limit = Budget.UNLIMITED;
  private Expense spent = Expense.NONE;

  /// The lines that come of the next event, in order.
  public List<Line> of(Recorded recorded) {
    List<Line> lines = new ArrayList<>();
    switch (recorded.event()) {
      case RunEvent.StageStarted _ -> {
        isBatch = true;
        lines.add(line(recorded, "batch_started"));
      }
      case RunEvent.StageEnded _ -> {
        release(lines);
        isBatch = false;
        lines.add(line(recorded, "batch_completed"));
      }
      case RunEvent.RunEnded event -> {
        release(lines);
        lines.add(line(recorded, "run_" + event.state().word()));
      }
      case RunEvent event -> {
        if (isBatch && stepOf(event).isPresent() && !isStart(event)) {
          held.add(recorded);
        } else {
          tell(recorded, lines);
        }
      }
    }
    return lines;
  }

  private static boolean isStart(RunEvent event) {
    return event instanceof RunEvent.StepStarted
        || event instanceof RunEvent.BodyStarted
        || event instanceof RunEvent.ItemsStarted;
  }

  private void tell(Recorded recorded, List<Line> lines) {
    RunEvent what = recorded.event();
    switch (what) {
      case RunEvent.Submitted event -> limit = event.policy().budget();
      case RunEvent.BudgetRaised event -> limit = event.budget();
      case RunEvent.StepStarted event -> {
        if (event.reserved().expense().calls() > 0) {
          lines.add(note(recorded, "budget_precheck_ok", event.step()));
        }
      }
      case RunEvent.Stopping event -> {
        if (event.error().code() == RunError.Code.BUDGET_EXCEEDED) {
          event
              .error()
              .step()
              .ifPresent(step -> lines.add(note(recorded, "budget_precheck_failed", step)));
        }
      }
      case RunEvent _ -> {}
    }
    lines.add(
        new Line(
            recorded.sequence(), recorded.atMillis(), name(what), stepOf(what), Optional.of(what)));
    switch (what) {
      case RunEvent.StepFinished event ->
          record(recorded, event.step(), event.used(), event.micros(), lines);
      case RunEvent.StepFailed event ->
          record(recorded, event.step(), event.used(), event.micros(), lines);
      case RunEvent.RetryScheduled event ->
          record(recorded, event.step(), event.used(), event.micros(), lines);
      case RunEvent _ -> {}
    }
  }

  private static Optional<StepId> stepOf(RunEvent event) {
    return switch (event) {
      case RunEvent.StepStarted each -> Optional.of(each.step());
      case RunEvent.BodyStarted each -> Optional.of(each.step());
      case RunEvent.ItemsStarted each -> Optional.of(each.step());
      case RunEvent.BodyEnded each -> Optional.of(each.step());
      case RunEvent.RetryScheduled each -> Optional.of(each.step());
      case RunEvent.RetryDue each -> Optional.of(each.step());
      case RunEvent.StepFinished each -> Optional.of(each.step());
      case RunEvent.StepFailed each -> Optional.of(each.step());
      case RunEvent _ -> Optional.empty();
    };
  }

  private static String name(RunEvent event) {
    return switch (event) {
      case RunEvent.Submitted _ -> "run_started";
      case RunEvent.PlanBegun _ -> "plan_started";
      case RunEvent.WebhookSet _ -> "webhook_set";
      case RunEvent.Noted _ -> "run_noted";
      case RunEvent.StepsAdded _ -> "tasks_added";
      case RunEvent.GraphFull _ -> "graph_full";
      case RunEvent.GraphResumed _ -> "graph_resumed";
      case RunEvent.Sealed _ -> "run_sealed";
      case RunEvent.StageStarted _ -> "batch_started";
      case RunEvent.StageEnded _ -> "batch_completed";
      case RunEvent.StepStarted _ -> "task_started";
      case RunEvent.BodyStarted _ -> "body_started";
      case RunEvent.ItemsStarted _ -> "items_started";
      case RunEvent.BodyEnded _, RunEvent.StepFinished _ -> "task_completed";
      case RunEvent.RetryScheduled _ -> "task_retrying";
      case RunEvent.RetryDue _ -> "task_ready";
      case RunEvent.StepFailed _ -> "task_failed";
      case RunEvent.StepsSkipped _ -> "tasks_skipped";
      case RunEvent.StepsReset _ -> "tasks_reset";
      case RunEvent.Paused _ -> "run_paused";
      case RunEvent.Resumed _ -> "run_resumed";
      case RunEvent.Signalled _ -> "run_signalled";
      case RunEvent.Remembered _, RunEvent.Forgotten _ -> "memory_changed";
      case RunEvent.BudgetWarned _ -> "budget_warning";
      case RunEvent.BudgetRaised _ -> "budget_raised";
      case RunEvent.AbortRequested _ -> "run_aborting";
      case RunEvent.Stopping _ -> "run_stopping";
      case RunEvent.RunEnded each -> "run_" + each.state().word();
    };
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

  /// By step; what is of one step stays in its order.
  private void release(List<Line> lines) {
    held.sort(Comparator.comparing(each -> stepOf(each.event()).map(StepId::value).orElse("")));
    held.forEach(each -> tell(each, lines));
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

  private static Line note(Recorded recorded, String name, StepId task) {
    return new Line(
        recorded.sequence(), recorded.atMillis(), name, Optional.of(task), Optional.empty());
  }
}
