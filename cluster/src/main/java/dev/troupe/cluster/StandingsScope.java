package dev.troupe.cluster;

import dev.troupe.actor.Standings.Health;
import dev.troupe.cluster.StandingsActor.Command;
import dev.troupe.cluster.StandingsActor.Failed;
import dev.troupe.cluster.StandingsActor.Overdue;
import dev.troupe.cluster.StandingsActor.Written;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// What the phases of the actor of standings share: what is held, where a batch of it is
/// written, and who waits for that.
record StandingsScope(
    StorageSettings settings,
    StoredPrograms stored,
    ActorContext<Command> context,
    TimerScheduler<Command> timers,
    UnsavedPrograms unsaved,
    AwaitedPrograms awaited) {

  static StandingsScope of(
      StorageSettings settings,
      StoredPrograms stored,
      ActorContext<Command> context,
      TimerScheduler<Command> timers) {
    var unsaved = new UnsavedPrograms(settings.maxUnsaved());
    return new StandingsScope(
        settings, stored, context, timers, unsaved, new AwaitedPrograms(unsaved));
  }

  /// Begins to write a batch: its end comes as [Written] or [Failed].
  ///
  /// @param isOpen whether the database was reached before
  void writeBatch(boolean isOpen) {
    var batch = unsaved.beginBatch(settings.maxBatch());
    timers.startSingleTimer(Overdue.class, new Overdue(), settings.answerTimeout());
    context.pipeToSelf(
        isOpen ? stored.write(batch) : stored.openAndWrite(batch),
        (programs, failure) -> failure == null ? new Written(programs) : new Failed(failure));
  }

  /// The batch under way takes too long.
  void breakOff() {
    if (unsaved.isWriting()) {
      stored.abandonWrite();
    }
  }

  Health health(StorageCondition condition) {
    return new Health(
        settings.kind().text(),
        condition.isOpen(),
        unsaved.size(),
        unsaved.dropped(),
        condition.latest());
  }
}
