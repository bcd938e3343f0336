package dev.troupe.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramSettingsTest {

  @Test
  void defaultsAreThoseOfTheReferenceConfiguration() {
    assertThat(ProgramSettings.of(ConfigFactory.defaultReference()))
        .isEqualTo(
            new ProgramSettings(Duration.ofSeconds(3600), Duration.ofMinutes(2), 20_000, 64, 4096));
  }

  @ParameterizedTest
  @CsvSource({"idle-timeout, 0s", "max-resident, 0", "kept-calls, -1", "kept-paths, 0"})
  void refusesAnInvalidValueNamingItsKey(String key, String value) {
    var config =
        ConfigFactory.parseString("troupe.program." + key + " = " + value)
            .withFallback(ConfigFactory.defaultReference());

    assertThatThrownBy(() -> ProgramSettings.of(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("troupe.program." + key + ": ");
  }
}
