package dev.troupe.actor;

import dev.troupe.actor.RunActor.Ask;
import dev.troupe.plan.Plan;
import dev.troupe.run.Run;
import dev.troupe.run.RunCommand;
import dev.troupe.run.StepState;
import org.apache.pekko.actor.typed.ActorRef;

/// What a run takes of its node's memory, and whether it may take more: the node is asked before anything
/// is accepted, and told what the run holds. Confined to the run's actor.
final class RunResidence {

  private final ActorRef<LocalRunsActor.Command> here;
  private final ActorRef<RunActor.Command> self;
  private int steps;
  private boolean isResting = true;
  private int settled;
  private int asked;

  RunResidence(ActorRef<LocalRunsActor.Command> here, ActorRef<RunActor.Command> self) {
    this.here = here;
    this.self = self;
  }

  /// Asks the node for room for what a command adds.
  ///
  /// @return whether the command is to wait for its answer; else it needs none
  boolean asks(Run run, Ask ask) {
    boolean adds =
        run.isSubmitted()
            ? ask.command() instanceof RunCommand.AddSteps && !run.state().isTerminal()
            : ask.command() instanceof RunCommand.Submit && !ask.isInside();
    if (adds) {
      asked++;
      int planned = run.plan().map(Plan::size).orElse(0);
      here.tell(new LocalRunsActor.AskRoom(self, ask, planned, added(ask.command())));
    }
    return adds;
  }

  /// The node has answered.
  void answered() {
    asked--;
  }

  /// Whether somebody waits for the node's answer, and would be given none if the run left.
  boolean isAsking() {
    return asked > 0;
  }

  private static int added(RunCommand command) {
    return switch (command) {
      case RunCommand.Submit submit -> submit.plan().map(Plan::size).orElse(0);
      case RunCommand.AddSteps add -> add.steps().size();
      case RunCommand _ -> 0;
    };
  }

  /// What there was room for has been followed, or refused for another reason.
  void settled(RunCommand command) {
    settled += added(command);
  }

  /// Tells the node what the run holds now, if that has changed.
  ///
  /// @param resting whether it is over, and could leave memory
  void tell(Run run, boolean resting) {
    int now = 0;
    for (StepState state : StepState.values()) {
      now += run.count(state);
    }
    if (now != steps || resting != isResting || settled > 0) {
      here.tell(new LocalRunsActor.Holds(self, settled, now, resting));
      steps = now;
      isResting = resting;
      settled = 0;
    }
  }
}
