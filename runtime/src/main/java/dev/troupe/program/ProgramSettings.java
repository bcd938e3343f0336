package dev.troupe.program;

import com.typesafe.config.Config;
import java.time.Duration;

/// The `troupe.program` section of the configuration.
///
/// @param idleTimeout silence after which a program without open calls is over
/// @param passivateAfter silence after which such a program's actor is stopped; its standing is kept
/// @param maxResident programs beyond which idle ones leave a node's memory
/// @param keptCalls ended calls a program shows
/// @param keptPaths ended calls whose place on the program's paths is known to later ones
public record ProgramSettings(
    Duration idleTimeout, Duration passivateAfter, int maxResident, int keptCalls, int keptPaths) {

  public ProgramSettings {
    require(idleTimeout.isPositive(), "idle-timeout", "a time longer than 0", idleTimeout);
    require(passivateAfter.isPositive(), "passivate-after", "a time longer than 0", passivateAfter);
    require(maxResident > 0, "max-resident", "1 or more", maxResident);
    require(keptCalls >= 0, "kept-calls", "0 or more", keptCalls);
    require(keptPaths > 0, "kept-paths", "1 or more", keptPaths);
  }

  public static ProgramSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.program");
    return new ProgramSettings(
        section.duration("idle-timeout"),
        section.duration("passivate-after"),
        section.number("max-resident"),
        section.number("kept-calls"),
        section.number("kept-paths"));
  }

  private static void require(boolean valid, String key, String expected, Object value) {
    if (!valid) {
      throw new IllegalArgumentException(
          "troupe.program." + key + ": expected " + expected + ", not " + value);
    }
  }
}
