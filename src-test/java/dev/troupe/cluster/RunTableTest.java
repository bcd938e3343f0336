package dev.troupe.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class RunTableTest {

  @Nested
  class OverAFileTest extends RunTableContract {

    @TempDir private Path folder;

    @Override
    StorageSettings emptyDatabase() throws Exception {
      return StorageSamples.file(Files.createTempDirectory(folder, "data"));
    }
  }

  @Nested
  class OverAServerOfH2Test extends RunTableContract {

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
  }

  @Nested
  @EnabledIf(
      value = "dev.troupe.cluster.TestPostgres#isPossible",
      disabledReason = "no binaries of PostgreSQL for this machine")
  class OverPostgreSqlTest extends RunTableContract {

    @Override
    StorageSettings emptyDatabase() {
      return StorageSamples.at(TestPostgres.shared().newDatabase());
    }
  }
}
