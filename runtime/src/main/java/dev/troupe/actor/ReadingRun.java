package dev.troupe.actor;

import dev.troupe.actor.RunActor.Ask;
import dev.troupe.actor.RunActor.Assess;
import dev.troupe.actor.RunActor.Command;
import dev.troupe.actor.RunActor.Describe;
import dev.troupe.actor.RunActor.Follow;
import dev.troupe.actor.RunActor.Leave;
import dev.troupe.actor.RunActor.MakeRoom;
import dev.troupe.actor.RunActor.NotRead;
import dev.troupe.actor.RunActor.OfLife;
import dev.troupe.actor.RunActor.Page;
import dev.troupe.actor.RunActor.Permitted;
import dev.troupe.actor.RunActor.Prepare;
import dev.troupe.actor.RunActor.Read;
import dev.troupe.actor.RunActor.Roomed;
import dev.troupe.actor.RunActor.Wake;
import dev.troupe.run.Run;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;

/// A run whose history is read, page by page, before anything else is done. Whoever asks
/// something of it meanwhile is answered afterwards.
final class ReadingRun {

  private static final int STASHED = 10_000;
  private static final int PAGE = 1_000;
  private static final Duration READ_PAUSE = Duration.ofSeconds(1);

  private final RunScope scope;
  private final StashBuffer<Command> stash;
  private final Run run = new Run();
  private final RunKeeping keeping;
  private final RunStay stay;

  private ReadingRun(RunScope scope, StashBuffer<Command> stash) {
    this.scope = scope;
    this.stash = stash;
    this.keeping = new RunKeeping(scope.key(), scope.ports(), run);
    this.stay = new RunStay(scope.ports().here(), scope.ports().decisions());
  }

  static Behavior<Command> create(RunScope scope) {
    return Behaviors.withStash(STASHED, stash -> new ReadingRun(scope, stash).reading());
  }

  private Behavior<Command> reading() {
    stay.begin(scope.self());
    read();
    return Behaviors.receiveMessage(this::onCommand);
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Page(var events) when events.isEmpty() -> {
        return stash.unstashAll(LivingRun.create(scope, run, keeping, stay));
      }
      case Page(var events) -> {
        events.forEach(run::apply);
        keeping.read(events);
        read();
      }
      case NotRead(var cause) -> {
        scope.context().getLog().warn("the history of a run cannot be read: {}", cause.toString());
        scope.timers().startSingleTimer(new Read(), READ_PAUSE);
      }
      case Read _ -> read();
      // Nothing has been started here.
      case Leave _ -> {
        stay.leave();
        stay.settled(scope.self());
      }
      case Ask _, Describe _, Prepare _, Assess _, Follow _, Wake _ -> stash.stash(command);
      case Permitted _, Roomed _, MakeRoom _, OfLife _ -> {}
    }
    return Behaviors.same();
  }

  private void read() {
    scope
        .context()
        .pipeToSelf(
            scope.ports().journal().read(scope.key(), run.sequence() + 1, PAGE),
            (events, failure) -> failure == null ? new Page(events) : new NotRead(failure));
  }
}
