package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.program.Standing;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A process that is killed while it saves. The child process has the default settings: a batch each
/// 200 ms. The rest of the window is for the two batches on a busy machine.
class StandingsCrashTest {

  private static final String SAVED = "saved ";
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(3);

  @Test
  @Timeout(60)
  void losesNoMoreThanTheWindow(@TempDir Path folder) throws Exception {
    var savedByNanos = new TreeMap<Long, Long>();
    var writer = startWriter(folder);
    try (var lines = writer.inputReader()) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith(SAVED)) {
          continue; // It logs, say when its file is slow to open.
        }
        savedByNanos.put(System.nanoTime(), Long.valueOf(line.substring(SAVED.length())));
        if (savedByNanos.lastKey() - savedByNanos.firstKey() > 2 * WINDOW_NANOS) {
          break;
        }
      }
    } finally {
      writer.destroyForcibly();
    }
    long killedNanos = System.nanoTime();
    writer.waitFor();

    long safe = savedByNanos.floorEntry(killedNanos - WINDOW_NANOS).getValue();
    assertThat(storedCalls(folder)).isGreaterThanOrEqualTo(safe);
  }

  private static Process startWriter(Path folder) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            StandingsWriter.class.getName(),
            folder.toString())
        .redirectError(Redirect.DISCARD)
        .start();
  }

  private static long storedCalls(Path folder) throws Exception {
    try (var table = new ProgramTable(StorageSamples.file(folder))) {
      table.open();
      return table
          .read(ProgramSamples.id("a"))
          .map(row -> row.program().standing())
          .map(Standing::endedCalls)
          .orElse(0L);
    }
  }
}
