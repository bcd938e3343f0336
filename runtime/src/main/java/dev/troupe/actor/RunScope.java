package dev.troupe.actor;

import dev.troupe.actor.RunActor.Command;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// What the phases of one run share: which run it is, what its actor is made of, and how that
/// leaves.
///
/// @param passivate told by the actor, with itself, when nothing is to be done any more
record RunScope(
    RunJournal.Key key,
    RunPorts ports,
    Consumer<ActorRef<Command>> passivate,
    ActorContext<Command> context,
    TimerScheduler<Command> timers) {

  ActorRef<Command> self() {
    return context.getSelf();
  }

  long nowMillis() {
    return ports.clock().getAsLong();
  }

  void leaveMemory() {
    passivate.accept(self());
  }
}
