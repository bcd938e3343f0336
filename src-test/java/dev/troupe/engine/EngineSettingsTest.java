package dev.troupe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.troupe.engine.WindowSettings.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineSettingsTest {

  @Test
  void defaultsAreThoseOfTheReferenceConfiguration() {
    assertThat(EngineSettings.of(ConfigFactory.defaultReference()))
        .isEqualTo(
            new EngineSettings(
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60),
                400_000,
                new WindowSettings(Kind.ADAPTIVE, 64, 256, 0.8, 16, 0.9, 4.0, 2.3, true),
                new BreakerSettings(3, 5, Duration.ofSeconds(60), Duration.ofSeconds(5))));
  }

  @ParameterizedTest
  @CsvSource({
    "troupe.engine, probe-interval, 0s",
    "troupe.engine, lease-time, -1s",
    "troupe.engine, keep-interval, 0s",
    "troupe.engine, forget-after, 1s",
    "troupe.engine, prefix-tokens, -1",
    "troupe.engine.window, kind, elastic",
    "troupe.engine.window, start-slots, 0",
    "troupe.engine.window, max-slots, 0",
    "troupe.engine.window, max-slowdown, 1.0",
    "troupe.engine.window, shrink-factor, 1.0",
    "troupe.engine.window, max-engine-waiting, -1",
    "troupe.engine.window, max-kv-use, 1.1",
    "troupe.engine.window, max-kv-overcommit, 0.5",
    "troupe.engine.breaker, probe-failures, 0",
    "troupe.engine.breaker, call-failures, 0",
    "troupe.engine.breaker, call-failure-time, 0s",
    "troupe.engine.breaker, open-time, -1s",
  })
  void refusesAnInvalidValueNamingItsKey(String section, String key, String value) {
    var config =
        ConfigFactory.parseString(section + "." + key + " = " + value)
            .withFallback(ConfigFactory.defaultReference());

    assertThatThrownBy(() -> EngineSettings.of(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(section + "." + key + ": ");
  }
}
