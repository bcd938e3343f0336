package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallSettingsTest {

  @Test
  void defaultsAreThoseOfTheReferenceConfiguration() {
    assertThat(CallSettings.of(with("")))
        .isEqualTo(new CallSettings(3, Duration.ofSeconds(5), Duration.ofMillis(50)));
  }

  @ParameterizedTest
  @CsvSource({
    "max-attempts = 0, 'max-attempts: expected 1 or more, not 0'",
    "announce-interval = 0s, 'announce-interval: expected a time longer than 0, not 0s'",
    "rejoin-delay = -1s, 'rejoin-delay: expected a time longer than 0, not -1s'",
  })
  void refusesAnInvalidValueNamingItsKey(String setting, String message) {
    assertThatThrownBy(() -> CallSettings.of(with("troupe.call." + setting)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("troupe.call." + message);
  }

  @ParameterizedTest
  @CsvSource({
    "troupe.call.announce-interval = 15001ms, 30s, 15001ms",
    "troupe.engine.lease-time = 9s, 9s, 5s",
  })
  void refusesRenewalsOfWhichALeaseOutlastsLessThanTwo(
      String setting, String leaseTime, String announceInterval) {
    assertThatThrownBy(() -> CallSettings.of(with(setting)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "troupe.call.announce-interval: expected at most half of troupe.engine.lease-time ("
                + leaseTime
                + "), not "
                + announceInterval);
  }

  private static Config with(String setting) {
    return ConfigFactory.parseString(setting).withFallback(ConfigFactory.defaultReference());
  }
}
