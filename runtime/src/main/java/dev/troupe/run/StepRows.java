package dev.troupe.run;

import dev.troupe.plan.RunPolicy;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Where the steps of a run stand: which could start, which run, which wait for a time; and how many are in
/// each state.
final class StepRows {

  private final Map<StepState, Integer> counts = new EnumMap<>(StepState.class);
  private final ReadySteps work;
  private final ReadySteps control;
  private final NavigableSet<Timer> timers = new TreeSet<>();
  private final Set<StepProgress> running = new HashSet<>();
  private final CallsAhead callsAhead = new CallsAhead();
  private int metered;
  private int waiting;

  StepRows(RunPolicy policy) {
    this.work = new ReadySteps(policy);
    this.control = new ReadySteps(policy);
  }

  int count(StepState state) {
    return counts.getOrDefault(state, 0);
  }

  ReadySteps work() {
    return work;
  }

  /// Steps that could start, are decided here, and take no room.
  ReadySteps control() {
    return control;
  }

  NavigableSet<Timer> timers() {
    return timers;
  }

  Set<StepProgress> running() {
    return Collections.unmodifiableSet(running);
  }

  /// Those of [#running] that count among what their tenant may do.
  int metered() {
    return metered;
  }

  /// Calls that its steps are still to begin.
  CallsAhead callsAhead() {
    return callsAhead;
  }

  boolean isQuiet() {
    return running.isEmpty() && waiting == 0 && work.size() == 0 && control.size() == 0;
  }

  void added(StepProgress step) {
    counts.merge(step.state, 1, Integer::sum);
    callsAhead.waits(step);
  }

  void removed(StepProgress step) {
    counts.merge(step.state, -1, Integer::sum);
    callsAhead.over(step);
  }

  void become(StepProgress step, StepState state) {
    counts.merge(step.state, -1, Integer::sum);
    counts.merge(state, 1, Integer::sum);
    step.state = state;
    if (state.isEnded()) {
      callsAhead.over(step);
    } else if (state == StepState.PENDING) {
      callsAhead.waits(step);
    }
  }

  void ready(StepProgress step, long atMillis) {
    step.readyAtMillis = atMillis;
    become(step, StepState.READY);
    row(step).add(step);
  }

  /// A step that was ready is not: something it depends on is to run again.
  void unready(StepProgress step) {
    row(step).remove(step);
    become(step, StepState.PENDING);
  }

  /// Another length of the way after it; its place in the row changes with that.
  void raise(StepProgress step, long criticalMillis) {
    boolean isReady = step.state == StepState.READY;
    if (isReady) {
      row(step).remove(step);
    }
    step.criticalMillis = criticalMillis;
    if (isReady) {
      row(step).add(step);
    }
  }

  void start(StepProgress step, RunEvent.StepStarted event, long atMillis) {
    row(step).remove(step);
    become(step, StepState.RUNNING);
    step.attempt = event.attempt();
    step.startedAtMillis = atMillis;
    step.queuedMillis += atMillis - step.readyAtMillis;
    step.reserved = event.reserved();
    if (step.isWork()) {
      running.add(step);
      metered += step.isMetered() ? 1 : 0;
      work.take(step);
    } else if (step.isContainer()) {
      step.instances = new Instances(event.bound());
    } else {
      waiting++;
    }
    callsAhead.started(step);
    if (event.wakeAtMillis().isPresent()) {
      Timer.Kind kind = step.isWork() ? Timer.Kind.STEP_TIMEOUT : Timer.Kind.WAKE;
      time(step, new Timer(event.wakeAtMillis().getAsLong(), kind, step.id().value()));
    }
  }

  /// It stands nowhere any more, whatever comes.
  void leave(StepProgress step, long atMillis) {
    if (step.state == StepState.READY) {
      row(step).remove(step);
    } else if (step.state == StepState.RUNNING) {
      step.ranMillis += atMillis - step.startedAtMillis;
      if (step.isWork()) {
        running.remove(step);
        metered -= step.isMetered() ? 1 : 0;
        work.release(step);
      } else if (!step.isContainer()) {
        waiting--;
      }
    } else if (step.isAwaitingRetry) {
      step.isAwaitingRetry = false;
      waiting--;
    }
    step.reserved = Reservation.NONE;
    time(step, null);
  }

  void awaitRetry(StepProgress step, long dueAtMillis, long atMillis) {
    leave(step, atMillis);
    become(step, StepState.PENDING);
    step.retries++;
    step.isAwaitingRetry = true;
    waiting++;
    time(step, new Timer(dueAtMillis, Timer.Kind.RETRY, step.id().value()));
  }

  private ReadySteps row(StepProgress step) {
    return step.isWork() ? work : control;
  }

  private void time(StepProgress step, @Nullable Timer timer) {
    if (step.timer != null) {
      timers.remove(step.timer);
    }
    step.timer = timer;
    if (timer != null) {
      timers.add(timer);
    }
  }
}
