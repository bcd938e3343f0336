package dev.troupe.cluster;

import dev.troupe.cluster.ProgramTable.Row;
import dev.troupe.cluster.StandingsActor.LoadAnswer;
import dev.troupe.cluster.StandingsActor.Loaded;
import dev.troupe.cluster.StandingsActor.NotLoaded;
import dev.troupe.cluster.UnsavedPrograms.Unsaved;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;

/// The programs in a [ProgramTable], for those who must not wait: the work is done on threads that
/// may. Ages are turned into wall time on the way in and back on the way out.
final class StoredPrograms {

  private final ProgramTable table;
  private final StorageThreads threads;

  StoredPrograms(ProgramTable table, StorageThreads threads) {
    this.table = table;
    this.threads = threads;
  }

  /// Opens the table, then writes all of them, or none.
  ///
  /// @return how many
  CompletionStage<Integer> openAndWrite(List<Unsaved> batch) {
    return threads.run(() -> {
      table.open();
      return written(batch);
    });
  }

  /// Writes all of them, or none.
  ///
  /// @return how many
  CompletionStage<Integer> write(List<Unsaved> batch) {
    return threads.run(() -> written(batch));
  }

  /// Breaks off the batch under way, if there is one; it fails then. Does not wait.
  void abandonWrite() {
    try {
      table.abandonWrite();
    } catch (SQLException _) {
      // The connection was lost before: that too ends the batch.
    }
  }

  /// Asks for a program, unless it has become too late for that: whoever asked may hear the answer all the
  /// same, and what was not asked is not known to be missing.
  ///
  /// @param patience nothing is read for someone who waits no longer
  CompletionStage<LoadAnswer> read(Program.Id program, Duration patience) {
    long deadlineNanos = System.nanoTime() + patience.toNanos();
    return threads.run(() ->
        System.nanoTime() - deadlineNanos > 0
            ? new NotLoaded()
            : new Loaded(table.read(program).map(StoredPrograms::asOfNow)));
  }

  /// Deletes programs that have not been written for so long.
  ///
  /// @return how many
  CompletionStage<Integer> deleteSilentFor(Duration silence) {
    return threads.run(
        () -> table.deleteOlderThan(System.currentTimeMillis() - silence.toMillis()));
  }

  /// Lets the database go; what is under way fails.
  CompletionStage<Done> close() {
    var closed = new CompletableFuture<Done>();
    // A thread of its own: the others may be the ones that wait for the database.
    Thread.ofPlatform()
        .daemon()
        .name("storage-close")
        .start(() -> {
          table.close();
          closed.complete(Done.getInstance());
        });
    return closed;
  }

  private int written(List<Unsaved> batch) throws SQLException {
    if (!batch.isEmpty()) {
      table.write(batch.stream().map(StoredPrograms::row).toList());
    }
    return batch.size();
  }

  private static Row row(Unsaved unsaved) {
    long ageNanos = System.nanoTime() - unsaved.savedNanos();
    return new Row(
        unsaved.program(), System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(ageNanos));
  }

  private static ProgramView asOfNow(Row row) {
    // The wall clock may have been set back meanwhile.
    long ageMillis = Math.max(0, System.currentTimeMillis() - row.savedMillis());
    return row.program().later(TimeUnit.MILLISECONDS.toNanos(ageMillis));
  }
}
