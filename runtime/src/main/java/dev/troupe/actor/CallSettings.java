package dev.troupe.actor;

import com.typesafe.config.Config;
import dev.troupe.engine.EngineSettings;
import dev.troupe.program.SettingRules;
import dev.troupe.program.SettingsReader;
import java.time.Duration;

/// The `troupe.call` section of the configuration.
///
/// @param maxAttempts engines a call is tried on before its failure is the client's
/// @param announceInterval how often a waiting call tells its program and scheduler that it waits, a
///     running one renews its lease, and one whose charge is not acknowledged is charged again
/// @param rejoinDelay pause before a call queues again after its scheduler or engine was lost
public record CallSettings(int maxAttempts, Duration announceInterval, Duration rejoinDelay) {

  private static final SettingRules RULES = new SettingRules("troupe.call");

  public CallSettings {
    RULES.requireAtLeast(1, "max-attempts", maxAttempts);
    RULES.requirePositive("announce-interval", announceInterval);
    RULES.requirePositive("rejoin-delay", rejoinDelay);
  }

  public static CallSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.call");
    var settings =
        new CallSettings(
            section.number("max-attempts"),
            section.duration("announce-interval"),
            section.duration("rejoin-delay"));
    var leaseTime = EngineSettings.of(config).leaseTime();
    // So that a lease outlasts a renewal that is lost.
    RULES.require(
        settings.announceInterval().compareTo(leaseTime.dividedBy(2)) <= 0,
        "announce-interval",
        "at most half of troupe.engine.lease-time (" + SettingRules.shown(leaseTime) + ")",
        settings.announceInterval());
    return settings;
  }

  /// The pause before attempt number `attempts + 1`: doubles, up to 16 times the first.
  Duration delayAfter(int attempts) {
    return rejoinDelay.multipliedBy(1L << Math.min(4, Math.max(0, attempts - 1)));
  }
}
