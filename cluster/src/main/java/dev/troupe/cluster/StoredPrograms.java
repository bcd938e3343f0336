package dev.troupe.cluster;

import dev.troupe.cluster.ProgramTable.Row;
import dev.troupe.cluster.UnsavedPrograms.Unsaved;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// The programs in a [ProgramTable], for those who must not wait: the work is done on threads that
/// may. Ages are turned into wall time on the way in and back on the way out.
final class StoredPrograms {

  private final ProgramTable table;
  private final Executor diskThreads;

  StoredPrograms(ProgramTable table, Executor diskThreads) {
    this.table = table;
    this.diskThreads = diskThreads;
  }

  /// Writes all of them, or none.
  ///
  /// @return how many
  CompletionStage<Integer> write(List<Unsaved> batch) {
    return onDisk(() -> {
      table.open();
      if (!batch.isEmpty()) {
        table.write(batch.stream().map(StoredPrograms::row).toList());
      }
      return batch.size();
    });
  }

  CompletionStage<Optional<ProgramView>> read(Program.Id program) {
    return onDisk(() -> table.read(program).map(StoredPrograms::asOfNow));
  }

  /// Deletes programs that have not been written for so long.
  ///
  /// @return how many
  CompletionStage<Integer> deleteSilentFor(Duration silence) {
    return onDisk(() -> table.deleteOlderThan(System.currentTimeMillis() - silence.toMillis()));
  }

  void close() {
    table.close();
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

  private <T> CompletionStage<T> onDisk(Callable<T> work) {
    var result = new CompletableFuture<T>();
    diskThreads.execute(() -> {
      try {
        result.complete(work.call());
      } catch (Throwable failed) {
        result.completeExceptionally(failed);
      }
    });
    return result;
  }
}
