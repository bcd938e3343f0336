package dev.troupe.actor;

import dev.troupe.actor.RunActor.Repeat;
import dev.troupe.run.Outcome;
import dev.troupe.run.Run;
import dev.troupe.run.RunAction;
import dev.troupe.run.RunDecisions;
import dev.troupe.run.StepInput;
import dev.troupe.run.TenantPermits.Said;
import java.time.Duration;

/// The permits of a run whose tenant has limits: what is granted is used at once or given back, and what the
/// run holds and wants is told as it changes. Confined to the run's actor; does nothing where there are no
/// limits.
final class RunPermits {

  private static final Said NOTHING = new Said(0, 0, 0);

  /// How often whoever gives permits is told again what the run has: a fifth of what a new one
  /// learns in.
  private static final Duration REPEAT_INTERVAL = Duration.ofSeconds(1);

  private final RunScope scope;
  private final boolean areNeeded;
  private Said said = NOTHING;
  private long received;
  private int spare;

  RunPermits(RunScope scope) {
    this.scope = scope;
    this.areNeeded = scope.ports().permits().areNeeded(scope.key().tenant());
  }

  /// Permits have come: the next decision may use them.
  void receive(int more) {
    received += more;
    spare += more;
  }

  /// Decisions that start no more than is permitted.
  RunDecisions within(RunDecisions decisions) {
    return areNeeded ? decisions.within(spare) : decisions;
  }

  /// Tells what the run holds and wants after a decision. What it could not use it gives back, and wants none
  /// before something else happens: what keeps it from starting is no want of permits.
  ///
  /// @param outcome of the decision
  void decided(Run run, RunDecisions decisions, Outcome outcome, long nowMillis) {
    if (!areNeeded) {
      return;
    }
    boolean isLeft = spare > outcome.actions().stream().filter(RunPermits::isMetered).count();
    spare = 0;
    var demand = decisions.demand(run, nowMillis);
    tell(new Said(demand.running(), received, isLeft ? 0 : demand.startable()));
  }

  private static boolean isMetered(RunAction action) {
    return action instanceof RunAction.StartStep start
        && !(start.input() instanceof StepInput.SubRun);
  }

  private void tell(Said now) {
    if (!now.equals(said)) {
      said = now;
      repeat();
      remind();
    }
  }

  /// Says what was said last, again at intervals: whoever gives permits may have been lost.
  void repeat() {
    scope
        .ports()
        .permits()
        .tell(new PermitsActor.Announce(scope.key().tenant(), scope.self(), said));
  }

  /// A run that has and wants nothing need not be heard of.
  private void remind() {
    var timers = scope.timers();
    boolean isAny = said.held() > 0 || said.wanted() > 0;
    if (!isAny) {
      timers.cancel(Repeat.class);
    } else if (!timers.isTimerActive(Repeat.class)) {
      timers.startTimerWithFixedDelay(Repeat.class, new Repeat(), REPEAT_INTERVAL);
    }
  }
}
