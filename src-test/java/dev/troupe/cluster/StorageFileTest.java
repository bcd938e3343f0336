package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.program.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The database file as it would be found if the process were killed: a copy, made while it is in use.
class StorageFileTest {

  /// Longer than the file keeps what nothing refers to: its old parts are written to again.
  private static final long REUSING_NANOS = TimeUnit.MILLISECONDS.toNanos(2_500);

  private static final int COPIES = 15;

  private static final RunTable.Key RUN = new RunTable.Key("acme", "run");

  @TempDir private Path folder;

  @Test
  void whatIsConfirmedIsInItAtOnce() throws Exception {
    var settings = StorageSamples.file(folder);
    try (var runs = new RunTable(settings);
        var programs = new ProgramTable(settings)) {
      programs.open();
      runs.open();
      long reusedNanos = System.nanoTime() + REUSING_NANOS;
      long number = 0;
      for (int copies = 0; copies < COPIES; ) {
        number++;
        programs.write(List.of(new ProgramTable.Row(ProgramSamples.program("a", number), number)));
        runs.append(List.of(growth(number)));
        if (System.nanoTime() > reusedNanos) {
          copies++;
          assertThatACopyHas(number);
        }
      }
    }
  }

  private void assertThatACopyHas(long number) throws Exception {
    var found = StorageSamples.file(copy());
    try (var runs = new RunTable(found);
        var programs = new ProgramTable(found)) {
      assertThat(runs.read(RUN, number, 1)).hasSize(1);
      assertThat(programs.read(ProgramSamples.id("a")))
          .map(row -> row.program().standing())
          .map(Standing::endedCalls)
          .contains(number);
    }
  }

  private Path copy() throws IOException {
    var copy = Files.createTempDirectory(folder, "copy");
    Files.copy(folder.resolve("programs.mv.db"), copy.resolve("programs.mv.db"));
    return copy;
  }

  private static RunTable.Growth growth(long number) {
    return new RunTable.Growth(
        new RunTable.Head(RUN, "running", false, 1, number, new byte[10]),
        List.of(new RunTable.Entry(number, new byte[500])));
  }
}
