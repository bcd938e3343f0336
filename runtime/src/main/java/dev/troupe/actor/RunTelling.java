package dev.troupe.actor;

import dev.troupe.run.Run;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/// Whether somebody is still to be told of a run's events. Confined to the run's actor.
final class RunTelling {

  private final RunJournal.Key key;
  private final RunPorts ports;
  private final RunActor.Command told;
  private boolean isBegun;
  private boolean isOver;

  /// @param told the run's actor is sent this when there is nothing more to tell
  RunTelling(RunJournal.Key key, RunPorts ports, RunActor.Command told) {
    this.key = key;
    this.ports = ports;
    this.told = told;
  }

  /// Begins, where the run has a webhook and this was not called before.
  ///
  /// @param restored the number of the run's last event in storage
  void begin(Run run, boolean isKept, long restored, ActorContext<RunActor.Command> context) {
    if (!isBegun && run.webhook().isPresent()) {
      isBegun = true;
      var assignment =
          new WebhookActor.Assignment(key, run.webhook().get(), ports, isKept, restored);
      context.watchWith(
          context.spawnAnonymous(WebhookActor.create(assignment, context.getSelf())), told);
    }
  }

  void end() {
    isOver = true;
  }

  boolean isPending(Run run) {
    return run.webhook().isPresent() && !isOver;
  }
}
