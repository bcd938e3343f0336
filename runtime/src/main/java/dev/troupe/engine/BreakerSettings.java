package dev.troupe.engine;

import com.typesafe.config.Config;
import java.time.Duration;

/// The `troupe.engine.breaker` section of the configuration.
///
/// @param probeFailures probes in a row that must fail before an engine counts as unreachable
/// @param callFailures calls that must be lost within `callFailureTime` before it does
/// @param openTime how long an engine that lost calls is left alone, even if it answers probes
public record BreakerSettings(
    int probeFailures, int callFailures, Duration callFailureTime, Duration openTime) {

  public BreakerSettings {
    require(probeFailures >= 1, "probe-failures", probeFailures);
    require(callFailures >= 1, "call-failures", callFailures);
    require(callFailureTime.isPositive(), "call-failure-time", callFailureTime);
    require(!openTime.isNegative(), "open-time", openTime);
  }

  static BreakerSettings of(Config section) {
    return new BreakerSettings(
        section.getInt("probe-failures"),
        section.getInt("call-failures"),
        section.getDuration("call-failure-time"),
        section.getDuration("open-time"));
  }

  private static void require(boolean valid, String key, Object value) {
    if (!valid) {
      throw new IllegalArgumentException("troupe.engine.breaker: invalid " + key + ": " + value);
    }
  }
}
