package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.troupe.cluster.StorageSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageClaimTest {

  @TempDir private Path folder;

  @Test
  void letsOneNodeAtATimeUseAFolder() {
    var first = StorageClaim.of(settings("")).orElseThrow();

    assertThatThrownBy(() -> StorageClaim.of(settings("")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("troupe.storage.directory: another node uses")
        .hasMessageContaining("--config");

    first.release();
    StorageClaim.of(settings("")).orElseThrow().release();
  }

  @Test
  void claimsNoFolderForASharedDatabase() {
    assertThat(StorageClaim.of(settings("jdbc:postgresql://db/troupe"))).isEmpty();
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void findsNothingAgainstAFolderThatCanBeMadeAndMakesNone() {
    assertThat(StorageClaim.refusal(settings(""))).isEmpty();
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void tellsBeforehandThatAFileIsInTheFoldersPlace() throws IOException {
    var file = Files.writeString(folder.resolve("data"), "no folder");

    assertThat(StorageClaim.refusal(settings("")))
        .hasValueSatisfying(why ->
            assertThat(why)
                .startsWith("troupe.storage.directory: cannot write in " + file + ": " + file));
    assertThatThrownBy(() -> StorageClaim.of(settings("")))
        .hasMessageStartingWith("troupe.storage.directory: cannot write in " + file);
  }

  @Test
  void asksNothingOfAFolderWhereTheDatabaseIsShared() throws IOException {
    Files.writeString(folder.resolve("data"), "no folder");

    assertThat(StorageClaim.refusal(settings("jdbc:postgresql://db/troupe"))).isEmpty();
  }

  private StorageSettings settings(String url) {
    var storage = Map.of("directory", folder.resolve("data").toString(), "url", url);
    return StorageSettings.of(
        ConfigValueFactory.fromMap(storage)
            .atPath("troupe.storage")
            .withFallback(ConfigFactory.defaultReference()));
  }
}
