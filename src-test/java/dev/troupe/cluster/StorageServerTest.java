package dev.troupe.cluster;

import static dev.troupe.cluster.ProgramSamples.id;
import static dev.troupe.cluster.ProgramSamples.program;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.troupe.cluster.ProgramTable.Row;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StorageServerTest {

  @TempDir private Path folder;

  @Test
  void servesTheFileOfTheFolderToSeveral() throws Exception {
    try (var file = new ProgramTable(StorageSamples.file(folder))) {
      file.open();
      file.write(List.of(new Row(program("before", 1), 1_000)));
    }
    try (var server = StorageServer.start(StorageSamples.file(folder));
        var one = new ProgramTable(at(server.url()));
        var other = new ProgramTable(at(server.url()))) {
      one.open();
      other.open();
      one.write(List.of(new Row(program("shared", 2), 1_001)));

      assertThat(other.read(id("before"))).contains(new Row(program("before", 1), 1_000));
      assertThat(other.read(id("shared"))).contains(new Row(program("shared", 2), 1_001));
    }
    try (var file = new ProgramTable(StorageSamples.file(folder))) {
      file.open();

      assertThat(file.read(id("shared"))).contains(new Row(program("shared", 2), 1_001));
    }
  }

  @Test
  void showsNothingToOneWhoWasNotToldItsName() throws Exception {
    try (var server = StorageServer.start(StorageSamples.file(folder))) {
      var host = server.url().substring(0, server.url().lastIndexOf('/') + 1);

      assertThatThrownBy(
              () -> DriverManager.getConnection(host + folder + "/programs", "troupe", ""))
          .isInstanceOf(SQLException.class);
    }
  }

  private static StorageSettings at(String url) {
    return StorageSettings.of(
        ConfigValueFactory.fromMap(Map.of("url", url, "user", "troupe", "password", ""))
            .atPath("troupe.storage")
            .withFallback(ConfigFactory.load()));
  }
}
