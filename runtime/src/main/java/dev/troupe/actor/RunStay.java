package dev.troupe.actor;

import dev.troupe.run.RunDecisions;
import org.apache.pekko.actor.typed.ActorRef;

/// Whether a run stays on this node, or is about to go on elsewhere: then it starts nothing here. Confined to
/// the run's actor.
final class RunStay {

  private final ActorRef<LocalRunsActor.Command> here;
  private final RunDecisions usual;
  private final RunDecisions leaving;
  private boolean isLeaving;

  RunStay(ActorRef<LocalRunsActor.Command> here, RunDecisions usual) {
    this.here = here;
    this.usual = usual;
    this.leaving = usual.withoutStarts();
  }

  /// The actor is there.
  void begin(ActorRef<RunActor.Command> self) {
    here.tell(new LocalRunsActor.Begun(self));
  }

  void leave() {
    isLeaving = true;
  }

  RunDecisions decisions() {
    return isLeaving ? leaving : usual;
  }

  /// Nothing would be lost if the actor ended now.
  void settled(ActorRef<RunActor.Command> self) {
    if (isLeaving) {
      here.tell(new LocalRunsActor.Settled(self));
    }
  }
}
