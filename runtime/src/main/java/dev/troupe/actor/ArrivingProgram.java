package dev.troupe.actor;

import dev.troupe.actor.ProgramActor.Command;
import dev.troupe.actor.ProgramActor.Loaded;
import dev.troupe.actor.ProgramActor.Stop;
import dev.troupe.actor.ProgramActor.Submit;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;

/// A program that begins: with a call that its id was made for it lives at once; what anybody
/// else says is held back until storage has answered.
final class ArrivingProgram {

  /// Messages held back while the program's standing is loaded.
  private static final int MAX_STASHED = 10_000;

  private final LivingProgram program;

  private ArrivingProgram(LivingProgram program) {
    this.program = program;
  }

  /// @param program what it becomes
  static Behavior<Command> create(LivingProgram program) {
    return Behaviors.receiveMessage(new ArrivingProgram(program)::onFirst);
  }

  private Behavior<Command> onFirst(Command first) {
    if (first instanceof Stop) {
      return Behaviors.stopped();
    }
    if (first instanceof Submit submit && submit.isNew()) {
      return program.begunBy(submit);
    }
    program.read();
    return Behaviors.withStash(
        MAX_STASHED,
        stash -> {
          stash.stash(first);
          return loading(stash);
        });
  }

  private Behavior<Command> loading(StashBuffer<Command> stash) {
    return Behaviors.receiveMessage(command -> {
      if (command instanceof Loaded loaded) {
        return stash.unstashAll(program.restored(loaded));
      }
      stash.stash(command);
      return Behaviors.same();
    });
  }
}
