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
        .hasMessageContaining(override.substring(0, override.indexOf(' ')));
  }
}
