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

  private static final SettingRules RULES = new SettingRules("troupe.program");

  public ProgramSettings {
    RULES.requirePositive("idle-timeout", idleTimeout);
    RULES.requirePositive("passivate-after", passivateAfter);
    RULES.requireAtLeast(1, "max-resident", maxResident);
    RULES.requireAtLeast(0, "kept-calls", keptCalls);
    RULES.requireAtLeast(1, "kept-paths", keptPaths);
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
}
