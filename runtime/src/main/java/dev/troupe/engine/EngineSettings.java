package dev.troupe.engine;

import com.typesafe.config.Config;
import dev.troupe.program.SettingRules;
import dev.troupe.program.SettingsReader;
import java.time.Duration;

/// The `troupe.engine` section of the configuration: how every engine is watched and filled.
///
/// @param probeInterval time between two probes of an engine
/// @param leaseTime time after which a lease that is not renewed is void
/// @param keepInterval how often a node says that it has an engine in its configuration
/// @param forgetAfter how long an engine is kept that no node speaks of any more
/// @param prefixTokens tokens of KV cache an engine is believed to have that does not say
public record EngineSettings(
    Duration probeInterval,
    Duration leaseTime,
    Duration keepInterval,
    Duration forgetAfter,
    long prefixTokens,
    WindowSettings window,
    BreakerSettings breaker) {

  private static final SettingRules RULES = new SettingRules("troupe.engine");

  public EngineSettings {
    RULES.requirePositive("probe-interval", probeInterval);
    RULES.requirePositive("lease-time", leaseTime);
    RULES.requirePositive("keep-interval", keepInterval);
    RULES.require(
        forgetAfter.compareTo(keepInterval) > 0,
        "forget-after",
        "a time longer than keep-interval",
        forgetAfter);
    RULES.requireAtLeast(0, "prefix-tokens", prefixTokens);
  }

  public static EngineSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.engine");
    return new EngineSettings(
        section.duration("probe-interval"),
        section.duration("lease-time"),
        section.duration("keep-interval"),
        section.duration("forget-after"),
        section.longNumber("prefix-tokens"),
        WindowSettings.of(section.section("window")),
        BreakerSettings.of(section.section("breaker")));
  }
}
