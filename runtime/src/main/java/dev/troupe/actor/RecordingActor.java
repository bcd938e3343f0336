package dev.troupe.actor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Writes served calls to a file. Ends with a warning when the file is full or cannot be written:
/// calls are served all the same. Blocks while it writes.
final class RecordingActor {

  private static final Duration FLUSH_INTERVAL = Duration.ofSeconds(1);

  sealed interface Command {}

  /// @param at when the call ended
  record Write(Recorder.Served call, Instant at) implements Command {}

  /// Ends the recording; what was told before is written.
  ///
  /// @param replyTo told when it has ended
  record Stop(ActorRef<Done> replyTo) implements Command {}

  private record Flush() implements Command {}

  private RecordingActor() {}

  /// @param maxBytes size of the file at which recording ends
  /// @param backlog which every call joins before it is told; nobody leaves it once the recording has ended
  static Behavior<Command> create(Path file, long maxBytes, RecordingBacklog backlog) {
    return Behaviors.setup(context -> {
      context.setLoggerName(RecordingActor.class);
      return Behaviors.withTimers(timers -> {
        try {
          var recording = RecordingFile.open(file, maxBytes);
          timers.startTimerWithFixedDelay(new Flush(), FLUSH_INTERVAL);
          context.getLog().info("served calls are recorded in {}", file);
          return recording(context, file, recording, backlog);
        } catch (IOException failure) {
          return unwritable(context, file, failure);
        }
      });
    });
  }

  private static Behavior<Command> recording(
      ActorContext<Command> context, Path file, RecordingFile recording, RecordingBacklog backlog) {
    return Behaviors.receive(Command.class)
        .onMessage(
            Command.class,
            command -> {
              try {
                return switch (command) {
                  case Write(var call, var at) -> {
                    backlog.leave();
                    yield recording.add(call, at)
                        ? Behaviors.same()
                        : full(context, file, recording);
                  }
                  case Flush _ -> {
                    sayDropped(context, file, backlog.takeDropped());
                    yield recording.flush() ? Behaviors.same() : full(context, file, recording);
                  }
                  case Stop(var replyTo) -> stopped(replyTo);
                };
              } catch (IOException failure) {
                recording.close();
                return unwritable(context, file, failure);
              }
            })
        .onSignal(
            PostStop.class,
            _ -> {
              sayDropped(context, file, backlog.takeDropped());
              try (recording) {
                return recording.flush() ? Behaviors.same() : full(context, file, recording);
              } catch (IOException failure) {
                return unwritable(context, file, failure);
              }
            })
        .build();
  }

  private static Behavior<Command> stopped(ActorRef<Done> replyTo) {
    return Behaviors.stopped(() -> replyTo.tell(Done.getInstance()));
  }

  /// Records no more.
  private static Behavior<Command> over() {
    return Behaviors.receiveMessage(
        command -> command instanceof Stop(var replyTo) ? stopped(replyTo) : Behaviors.same());
  }

  private static void sayDropped(ActorContext<Command> context, Path file, long dropped) {
    if (dropped > 0) {
      context
          .getLog()
          .warn(
              "{} calls are not recorded: {} could not be written as fast as calls ended; see to its"
                  + " disk",
              dropped,
              file);
    }
  }

  private static Behavior<Command> full(
      ActorContext<Command> context, Path file, RecordingFile recording) throws IOException {
    context
        .getLog()
        .warn(
            "recording has ended: {} has reached troupe.recording.max-size; move it away and start the"
                + " node again, or allow more",
            file);
    recording.close();
    return over();
  }

  private static Behavior<Command> unwritable(
      ActorContext<Command> context, Path file, IOException failure) {
    context
        .getLog()
        .warn(
            "recording has ended: {} cannot be written ({}); see to troupe.recording.file and start the"
                + " node again",
            file,
            failure.toString());
    return over();
  }
}
