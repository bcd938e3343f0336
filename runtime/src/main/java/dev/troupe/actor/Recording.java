package dev.troupe.actor;

import java.nio.file.Path;
import java.time.Instant;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;

/// The recording of what is served from this process, where the configuration names a file for it: one
/// for all callers, by HTTP and on the JVM.
public final class Recording implements Extension {

  private static final Id ID = new Id();

  /// Calls that may wait for the disk, of a few kB each.
  private static final int MOST_WAITING = 10_000;

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
    return served -> {
      if (served.isWork() && backlog.join()) {
        actor.tell(new RecordingActor.Write(served, Instant.now()));
      }
    };
  }
}
