package dev.troupe.actor;

import dev.troupe.run.Outcome;
import dev.troupe.run.Run;
import dev.troupe.run.RunAction;
import dev.troupe.run.RunDecisions;
import dev.troupe.run.StepInput;
import dev.troupe.run.TenantPermits.Said;
import org.apache.pekko.actor.typed.ActorRef;

/// The permits of a run whose tenant has limits: what is granted is used at once or given back, and what the
/// run holds and wants is told as it changes. Confined to the run's actor; does nothing where there are no
/// limits.
final class RunPermits {

  private static final Said NOTHING = new Said(0, 0, 0);

  private final RunJournal.Key key;
  private final Permits permits;
  private final ActorRef<RunActor.Command> self;
  private final boolean areNeeded;
  private Said said = NOTHING;
  private long received;
  private int spare;

  RunPermits(RunJournal.Key key, Permits permits, ActorRef<RunActor.Command> self) {
    this.key = key;
    this.permits = permits;
    this.self = self;
    this.areNeeded = permits.areNeeded(key.tenant());
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
      permits.tell(new PermitsActor.Announce(key.tenant(), self, now));
    }
  }

  /// Says again what was said last: whoever gives permits may have been lost.
  void repeat() {
    permits.tell(new PermitsActor.Announce(key.tenant(), self, said));
  }

  /// Whether the run holds or wants something.
  boolean isAny() {
    return said.held() > 0 || said.wanted() > 0;
  }
}
