package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageSettingsTest {

  private final StorageSettings defaults = StorageSettings.of(ConfigFactory.defaultReference());

  @Test
  void defaultsAreThoseOfTheReferenceConfiguration() {
    assertThat(defaults.directory())
        .isEqualTo(Path.of(System.getProperty("user.home"), ".troupe", "data"));
    assertThat(defaults.kind()).isEqualTo(StorageKind.H2_FILE);
    assertThat(defaults.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(defaults.answerTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(defaults.threads()).isEqualTo(4);
    assertThat(defaults.keptOpenCalls()).isEqualTo(64);
    assertThat(defaults.flushInterval()).isEqualTo(Duration.ofMillis(200));
    assertThat(defaults.maxBatch()).isEqualTo(2_000);
    assertThat(defaults.keptCalls()).isEqualTo(16);
    assertThat(defaults.maxUnsaved()).isEqualTo(50_000);
    assertThat(defaults.retention()).isEqualTo(Duration.ofDays(30));
  }

  @ParameterizedTest
  @CsvSource({"1,200", "2,400", "5,3200", "8,25600", "9,30000", "1000,30000"})
  void waitsLongerAfterEachFailure(int failures, long millis) {
    assertThat(defaults.backoff(failures)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "directory = \"\"",
        "url = \"jdbc:mysql://db/troupe\"",
        "url = \"postgresql://db/troupe\"",
        "url = \"jdbc:postgresql://db/troupe?user=me&password=secret\"",
        "url = \"jdbc:postgresql://me:secret@db/troupe\"",
        "url = \"jdbc:h2:tcp://db/troupe;PASSWORD=secret\"",
        "connect-timeout = 100ms",
        "answer-timeout = 0s",
        "threads = 1",
        "kept-open-calls = -1",
        "flush-interval = 0s",
        "max-batch = 0",
        "kept-calls = -1",
        "max-unsaved = 0",
        "load-timeout = 0s",
        "min-backoff = 0s",
        "max-backoff = 100ms",
        "retention = 0s",
        "expiry-interval = 0s"
      })
  void refusesAnInvalidValueAndNamesItsKey(String override) {
    var config =
        ConfigFactory.parseString("troupe.storage." + override)
            .withFallback(ConfigFactory.defaultReference());

    assertThatThrownBy(() -> StorageSettings.of(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("troupe.storage")
        .hasMessageContaining(override.substring(0, override.indexOf(' ')))
        .message()
        .doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://db-1:5432/troupe?targetServerType=primary,POSTGRESQL",
    "jdbc:h2:tcp://127.0.0.1:9092/./troupe,H2_SERVER",
    "'',H2_FILE"
  })
  void findsTheDatabaseThatTheUrlNames(String url, StorageKind kind) {
    var settings = with("troupe.storage.url = \"" + url + "\"");

    assertThat(settings.kind()).isEqualTo(kind);
  }

  @Test
  void refusesASharedDatabaseWithoutAUser() {
    assertThatThrownBy(
            () -> with("troupe.storage { url = \"jdbc:postgresql://db/troupe\", user = \"\" }"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("troupe.storage.user");
  }

  @Test
  void neverShowsThePassword() {
    assertThat(with("troupe.storage.password = secret").toString()).doesNotContain("secret");
  }

  private static StorageSettings with(String override) {
    return StorageSettings.of(
        ConfigFactory.parseString(override).withFallback(ConfigFactory.defaultReference()));
  }
}
