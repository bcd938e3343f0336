package dev.troupe.actor;

import com.typesafe.config.Config;
import dev.troupe.program.SettingsReader;
import java.time.Duration;

/// The `troupe.call` section of the configuration.
///
/// @param maxAttempts engines a call is tried on before its failure is the client's
/// @param announceInterval how often a waiting call tells its program and scheduler that it waits
/// @param renewInterval how often a running call renews its lease
/// @param rejoinDelay pause before a call queues again after its scheduler or engine was lost
public record CallSettings(
    int maxAttempts, Duration announceInterval, Duration renewInterval, Duration rejoinDelay) {

  public CallSettings {
    require(maxAttempts >= 1, "max-attempts must be at least 1", maxAttempts);
    require(isPositive(announceInterval), "announce-interval must be positive", announceInterval);
    require(isPositive(renewInterval), "renew-interval must be positive", renewInterval);
    require(isPositive(rejoinDelay), "rejoin-delay must be positive", rejoinDelay);
  }

  public static CallSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.call");
    return new CallSettings(
        section.number("max-attempts"),
        section.duration("announce-interval"),
        section.duration("renew-interval"),
        section.duration("rejoin-delay"));
  }

  /// The pause before attempt number `attempts + 1`: doubles, up to 16 times the first.
  Duration delayAfter(int attempts) {
    return rejoinDelay.multipliedBy(1L << Math.min(4, Math.max(0, attempts - 1)));
  }

  private static boolean isPositive(Duration duration) {
    return duration.isPositive();
  }

  private static void require(boolean valid, String rule, Object value) {
    if (!valid) {
      throw new IllegalArgumentException("troupe.call." + rule + ", but is " + value);
    }
  }
}
