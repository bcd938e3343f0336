package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The steps of a run and all that is counted of them, so that each change costs what it changes: a step
/// and its dependents.
final class StepTable {

  private final Map<StepId, StepProgress> steps = new HashMap<>();
  private final Map<StepId, JsonNode> carried = new HashMap<>();
  private final RunPolicy.Mode mode;
  private final StepRows rows;
  private final Barriers barriers = new Barriers();
  private final FailureCount failures;
  private final NavigableSet<StepId> held = new TreeSet<>();
  private int unended;
  private boolean isOver;

  StepTable(RunPolicy policy) {
    this.mode = policy.mode();
    this.rows = new StepRows(policy);
    this.failures = new FailureCount(policy.failureThreshold());
  }

  @Nullable StepProgress find(StepId id) {
    return steps.get(id);
  }

  StepProgress get(StepId id) {
    StepProgress step = steps.get(id);
    if (step == null) {
      throw new IllegalStateException("no step " + id + " in the run");
    }
    return step;
  }

  Collection<StepProgress> all() {
    return Collections.unmodifiableCollection(steps.values());
  }

  int count(StepState state) {
    return rows.count(state);
  }

  /// Steps that could start, and that somebody outside does for us.
  ReadySteps work() {
    return rows.work();
  }

  NavigableSet<Timer> timers() {
    return rows.timers();
  }

  /// Work without a known end.
  Set<StepProgress> running() {
    return rows.running();
  }

  /// Where they stand, to be read.
  StepRows rows() {
    return rows;
  }

  Barriers barriers() {
    return barriers;
  }

  FailureCount failures() {
    return failures;
  }

  /// Failed steps that wait for the common retry.
  NavigableSet<StepId> held() {
    return Collections.unmodifiableNavigableSet(held);
  }

  /// Steps that have not ended, those held among them.
  int unended() {
    return unended;
  }

  /// Whether nothing could happen by itself.
  boolean isQuiet() {
    return rows.isQuiet();
  }

  /// Results of steps that are to be added: these will count as completed.
  void carry(Map<StepId, JsonNode> results) {
    carried.putAll(results);
  }

  /// Adds steps of the plan, or of an instance of a step's body.
  void add(
      List<Step> added,
      @Nullable StepProgress container,
      String instance,
      long atMillis,
      long sequence) {
    List<StepProgress> entries = new ArrayList<>(added.size());
    for (Step step : added) {
      StepProgress entry =
          new StepProgress(step, container, instance, CriticalPath.expectedMillis(step));
      entries.add(entry);
      steps.put(step.id(), entry);
    }
    List<StepProgress> ordered = StepLinks.link(entries, this::parents);
    CriticalPath.extend(ordered, this::parents, rows::raise);
    if (container != null) {
      rows.callsAhead().startedBody(container);
    }
    for (StepProgress entry : ordered) {
      rows.added(entry);
      unended++;
      if (container == null) {
        barriers.add(entry);
      }
      failures.added(entry);
    }
    for (StepProgress entry : ordered) {
      JsonNode result = carried.remove(entry.id());
      if (result != null) {
        entry.result = result;
        end(entry, StepState.COMPLETED, atMillis, sequence);
      } else if (entry.unmet == 0 && entry.state == StepState.PENDING) {
        admit(entry, atMillis);
      }
    }
  }

  /// The steps that one depends on.
  List<StepProgress> parents(StepProgress step) {
    List<StepProgress> parents = new ArrayList<>(step.step.dependencies().size());
    for (StepId id : step.step.dependencies()) {
      StepProgress parent = steps.get(id);
      if (parent != null) {
        parents.add(parent);
      }
    }
    return parents;
  }

  /// Nothing that it depends on is missing: it could start, unless its stage is to come.
  private void admit(StepProgress step, long atMillis) {
    if (mode == RunPolicy.Mode.BATCHED && step.container == null && !barriers.admits(step)) {
      barriers.park(step);
    } else if (!isOver) {
      rows.ready(step, atMillis);
    }
  }

  void openStage(int stage, long atMillis) {
    for (StepProgress step : barriers.open(stage)) {
      rows.ready(step, atMillis);
    }
  }

  void start(StepProgress step, RunEvent.StepStarted event, long atMillis) {
    rows.start(step, event, atMillis);
  }

  void awaitRetry(StepProgress step, long dueAtMillis, long atMillis) {
    rows.awaitRetry(step, dueAtMillis, atMillis);
  }

  void retryDue(StepProgress step, long atMillis) {
    rows.leave(step, atMillis);
    admit(step, atMillis);
  }

  /// The step has ended: who depends on it need not wait any more.
  void end(StepProgress step, StepState state, long atMillis, long sequence) {
    leave(step, atMillis);
    rows.become(step, state);
    step.endedAtMillis = atMillis;
    step.endedBy = sequence;
    unended--;
    unhold(step);
    if (state == StepState.FAILED) {
      failures.failed(step);
    }
    StepProgress container = step.container;
    if (container == null) {
      barriers.end(step);
    } else if (container.instances != null) {
      container.instances.end(step.instance);
    }
    for (StepProgress dependent : step.dependents) {
      dependent.unmet--;
      if (dependent.unmet == 0 && dependent.state == StepState.PENDING) {
        admit(dependent, atMillis);
      }
    }
  }

  /// The step has failed, and its dependents wait until it was tried again.
  void hold(StepProgress step, long atMillis) {
    leave(step, atMillis);
    rows.become(step, StepState.FAILED);
    step.isHeld = true;
    held.add(step.id());
  }

  private void leave(StepProgress step, long atMillis) {
    if (step.state == StepState.PENDING && step.container == null) {
      barriers.unpark(step);
    }
    rows.leave(step, atMillis);
  }

  private void unhold(StepProgress step) {
    if (step.isHeld) {
      step.isHeld = false;
      held.remove(step.id());
    }
  }

  /// Steps that had ended, or were held, are to run again.
  void reset(List<StepId> ids, long atMillis) {
    List<StepProgress> again = ids.stream().map(this::get).toList();
    for (StepProgress step : again) {
      if (!step.isHeld) {
        reopen(step);
      }
      unhold(step);
      step.error = null;
      step.retries = 0;
      rows.become(step, StepState.PENDING);
      forget(step);
    }
    for (StepProgress step : again) {
      if (step.unmet == 0) {
        admit(step, atMillis);
      }
    }
  }

  private void reopen(StepProgress step) {
    unended++;
    if (step.state == StepState.FAILED) {
      failures.reset(step);
    }
    StepProgress container = step.container;
    if (container == null) {
      barriers.add(step);
    } else if (container.instances != null) {
      container.instances.reopen(step.instance);
    }
    for (StepProgress dependent : step.dependents) {
      dependent.unmet++;
      barriers.unpark(dependent);
      if (dependent.state == StepState.READY) {
        rows.unready(dependent);
      }
    }
  }

  /// Takes out the steps inside this one: it has what they cost, and those to come have their results.
  private void forget(StepProgress container) {
    Instances instances = container.instances;
    if (instances == null) {
      return;
    }
    container.instances = null;
    for (StepProgress step : instances.steps()) {
      forget(step);
      if (step.state == StepState.COMPLETED && step.result != null) {
        carried.put(step.id(), step.result);
      }
      container.used = container.used.plus(step.used);
      container.micros += step.micros;
      rows.removed(step);
      steps.remove(step.id());
    }
  }

  /// The run has ended: what started has failed, what did not is skipped.
  void endAll(StepError ofStarted, StepError ofWaiting, long atMillis, long sequence) {
    isOver = true;
    for (StepProgress step : steps.values()) {
      if (step.isHeld) {
        end(step, StepState.FAILED, atMillis, sequence);
      } else if (!step.state.isEnded()) {
        boolean hasStarted = step.state == StepState.RUNNING;
        step.error = hasStarted ? ofStarted : ofWaiting;
        end(step, hasStarted ? StepState.FAILED : StepState.SKIPPED, atMillis, sequence);
      }
    }
    timers().clear();
  }
}
