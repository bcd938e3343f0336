package dev.troupe.engine;

import com.typesafe.config.Config;
import dev.troupe.program.ServiceSettings;
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

  public EngineSettings {
    require(probeInterval.isPositive(), "probe-interval", "a time longer than 0", probeInterval);
    require(leaseTime.isPositive(), "lease-time", "a time longer than 0", leaseTime);
    require(keepInterval.isPositive(), "keep-interval", "a time longer than 0", keepInterval);
    require(
        forgetAfter.compareTo(keepInterval) > 0,
        "forget-after",
        "a time longer than keep-interval",
        forgetAfter);
    require(prefixTokens >= 0, "prefix-tokens", "0 or more", prefixTokens);
  }

  public static EngineSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.engine");
    return new EngineSettings(
        section.duration("probe-interval"),
        section.duration("lease-time"),
        section.duration("keep-interval"),
        section.duration("forget-after"),
        section.longNumber("prefix-tokens"),
        WindowSettings.of(section.section("window"), ServiceSettings.of(config)),
        BreakerSettings.of(section.section("breaker")));
  }

  private static void require(boolean valid, String key, String expected, Object value) {
    if (!valid) {
      throw new IllegalArgumentException(
          "troupe.engine." + key + ": expected " + expected + ", not " + value);
    }
  }
}
