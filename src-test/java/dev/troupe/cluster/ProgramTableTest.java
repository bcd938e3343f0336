package dev.troupe.cluster;

import static dev.troupe.cluster.ProgramSamples.programWithCalls;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class ProgramTableTest {

  @Test
  void takesLittleRoomForACall() {
    // 64 calls with an id of 36 bytes and one parent each.
    assertThat(ProgramDetails.pack(programWithCalls("a", 64)).length / 64).isLessThan(150);
  }

  @Nested
  class OverAFileTest extends ProgramTableContract {

    @TempDir private Path folder;

    @Override
    StorageSettings emptyDatabase() throws Exception {
      return StorageSamples.file(Files.createTempDirectory(folder, "data"));
    }

    @Override
    String clientUrl(StorageSettings settings) {
      return "jdbc:h2:file:" + settings.directory().resolve("programs");
    }
  }

  @Nested
  class OverAServerOfH2Test extends ProgramTableContract {

    @TempDir private static Path folder;
    private static TestH2Server server;

    @BeforeAll
    static void startServer() {
      server = new TestH2Server(folder);
    }

    @AfterAll
    static void stopServer() {
      server.close();
    }

    @Override
    StorageSettings emptyDatabase() {
      return StorageSamples.at(server.newDatabase());
    }

    @Override
    String clientUrl(StorageSettings settings) {
      return settings.url();
    }
  }

  @Nested
  @EnabledIf(
      value = "dev.troupe.cluster.TestPostgres#isPossible",
      disabledReason = "no binaries of PostgreSQL for this machine")
  class OverPostgreSqlTest extends ProgramTableContract {

    @Override
    StorageSettings emptyDatabase() {
      return StorageSamples.at(TestPostgres.shared().newDatabase());
    }

    @Override
    String clientUrl(StorageSettings settings) {
      return settings.url();
    }
  }
}
