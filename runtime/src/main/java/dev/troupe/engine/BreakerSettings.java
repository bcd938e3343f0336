package dev.troupe.engine;

import dev.troupe.program.SettingsReader;
import java.time.Duration;

/// The `troupe.engine.breaker` section of the configuration.
///
/// @param probeFailures probes in a row that must fail before an engine counts as unreachable
/// @param callFailures calls that must be lost within `callFailureTime` before it does
/// @param openTime how long an engine that lost calls is left alone, even if it answers probes
public record BreakerSettings(
    int probeFailures, int callFailures, Duration callFailureTime, Duration openTime) {

  public BreakerSettings {
    require(probeFailures >= 1, "probe-failures", "1 or more", probeFailures);
    require(callFailures >= 1, "call-failures", "1 or more", callFailures);
    require(
        callFailureTime.isPositive(), "call-failure-time", "a time longer than 0", callFailureTime);
    require(!openTime.isNegative(), "open-time", "a time of 0 or more", openTime);
  }

  static BreakerSettings of(SettingsReader section) {
    return new BreakerSettings(
        section.number("probe-failures"),
        section.number("call-failures"),
        section.duration("call-failure-time"),
        section.duration("open-time"));
  }

  private static void require(boolean valid, String key, String expected, Object value) {
    if (!valid) {
      throw new IllegalArgumentException(
          "troupe.engine.breaker." + key + ": expected " + expected + ", not " + value);
    }
  }
}
