package dev.troupe.cluster;

import dev.troupe.actor.Standings.Health;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import java.util.Optional;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Holds programs until they are in [StoredPrograms], one batch at a time.
///
/// A change is written `flush-interval` later, together with all others by then; while a batch
/// is being written, the next one gathers. A batch that fails stays in memory and is tried
/// again after a pause that grows. One that is not written in time is broken off, and has
/// failed.
///
/// Each phase is a class: [HoldingStandings], and [ClosingStandings] when the node leaves. What
/// they share is [StandingsScope].
final class StandingsActor {

  sealed interface Command {}

  record Save(ProgramView program) implements Command {}

  /// Answered once nothing of the program is unsaved, or storage has failed three times in a row.
  record AwaitSaved(Program.Id program, ActorRef<Done> replyTo) implements Command {}

  record Load(Program.Id program, ActorRef<LoadAnswer> replyTo) implements Command {}

  record DescribeHealth(ActorRef<Health> replyTo) implements Command {}

  /// Writes what is held, once, and lets the database go. What comes later is not kept. Answered
  /// within nine seconds.
  record Close(ActorRef<Done> replyTo) implements Command {}

  record Flush() implements Command {}

  /// The batch under way is in storage.
  record Written(int programs) implements Command {}

  /// The batch under way is not in storage.
  record Failed(Throwable cause) implements Command {}

  /// The batch under way takes too long.
  record Overdue() implements Command {}

  /// Closing takes too long.
  record GiveUp() implements Command {}

  record Closed() implements Command {}

  record Read(Load load, LoadAnswer answer) implements Command {}

  record NotRead(Load load, Throwable cause) implements Command {}

  record Expire() implements Command {}

  /// So many were silent for too long, and are deleted.
  record Expired(int programs) implements Command {}

  /// An answer to [Load].
  sealed interface LoadAnswer {}

  /// @param program empty where storage has nothing of it
  record Loaded(Optional<ProgramView> program) implements LoadAnswer {}

  /// Storage does not say.
  record NotLoaded() implements LoadAnswer {}

  private StandingsActor() {}

  /// @param stored closed by this actor
  static Behavior<Command> create(StorageSettings settings, StoredPrograms stored) {
    return Behaviors.setup(context -> {
      // Its callbacks run in places whose names say nothing.
      context.setLoggerName(StandingsActor.class);
      return Behaviors.withTimers(
          timers -> HoldingStandings.create(StandingsScope.of(settings, stored, context, timers)));
    });
  }
}
