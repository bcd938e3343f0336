package dev.troupe.actor;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/// The recording of what is served from this process, where the configuration names a file for it: one
/// for all callers, by HTTP and on the JVM.
public final class Recording implements Extension {

  private static final Id ID = new Id();

  /// Calls that may wait for the disk, of a few kB each.
  private static final int MOST_WAITING = 10_000;

  /// How long the end of the system waits for a disk that hangs. Less than the phase takes in `node.conf`,
  /// and than Pekko gives it elsewhere.
  private static final Duration END_LIMIT = Duration.ofSeconds(4);

  private static final class Id extends ExtensionId<Recording> {
    @Override
    public Recording createExtension(ActorSystem<?> system) {
      return new Recording(system, RecordingSettings.of(system.settings().config()));
    }
  }

  private final Recorder recorder;

  private Recording(ActorSystem<?> system, RecordingSettings settings) {
    this.recorder =
        settings.file().map(file -> start(system, file, settings.maxBytes())).orElse(Recorder.NONE);
  }

  /// Who records what is served in this system.
  public static Recorder recorder(ActorSystem<?> system) {
    return ID.apply(system).recorder;
  }

  private static Recorder start(ActorSystem<?> system, Path file, long maxBytes) {
    var backlog = new RecordingBacklog(MOST_WAITING);
    ActorRef<RecordingActor.Command> actor =
        system.systemActorOf(
            RecordingActor.create(file, maxBytes, backlog),
            "recording",
            DispatcherSelector.blocking());
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
            "end recording",
            () -> end(system, actor, backlog));
    return served -> {
      if (served.isWork() && backlog.join()) {
        actor.tell(new RecordingActor.Write(served, Instant.now()));
      }
    };
  }

  /// Else the end of the system would overtake calls that were told before it.
  private static CompletionStage<Done> end(
      ActorSystem<?> system, ActorRef<RecordingActor.Command> actor, RecordingBacklog backlog) {
    return AskPattern.ask(actor, RecordingActor.Stop::new, END_LIMIT, system.scheduler())
        .exceptionally(_ -> {
          system
              .log()
              .warn(
                  "{} calls or more are not recorded: their file could not be written within {} s at the end",
                  backlog.takeDropped() + backlog.waiting(),
                  END_LIMIT.toSeconds());
          return Done.getInstance();
        });
  }
}
