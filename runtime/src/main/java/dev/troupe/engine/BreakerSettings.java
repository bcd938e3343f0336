package dev.troupe.engine;

import dev.troupe.program.SettingRules;
import dev.troupe.program.SettingsReader;
import java.time.Duration;

/// The `troupe.engine.breaker` section of the configuration.
///
/// @param probeFailures probes in a row that must fail before an engine counts as unreachable
/// @param callFailures calls that must be lost within `callFailureTime` before it does
/// @param openTime how long an engine that lost calls is left alone, even if it answers probes
public record BreakerSettings(
    int probeFailures, int callFailures, Duration callFailureTime, Duration openTime) {

  private static final SettingRules RULES = new SettingRules("troupe.engine.breaker");

  public BreakerSettings {
    RULES.requireAtLeast(1, "probe-failures", probeFailures);
    RULES.requireAtLeast(1, "call-failures", callFailures);
    RULES.requirePositive("call-failure-time", callFailureTime);
    RULES.requireNotNegative("open-time", openTime);
  }

  static BreakerSettings of(SettingsReader section) {
    return new BreakerSettings(
        section.number("probe-failures"),
        section.number("call-failures"),
        section.duration("call-failure-time"),
        section.duration("open-time"));
  }
}
