package dev.troupe.engine;

import com.typesafe.config.Config;
import dev.troupe.program.ServiceSettings;
import dev.troupe.program.SettingsReader;
import java.time.Duration;

/// The `troupe.engine` section of the configuration: how every engine is watched and filled.
///
/// @param probeInterval time between two probes of an engine
/// @param leaseTime time after which a lease that is not renewed is void
/// @param prefixTokens tokens of KV cache an engine is believed to have that does not say
public record EngineSettings(
    Duration probeInterval,
    Duration leaseTime,
    long prefixTokens,
    WindowSettings window,
    BreakerSettings breaker) {

  public EngineSettings {
    require(probeInterval.isPositive(), "probe-interval", probeInterval);
    require(leaseTime.isPositive(), "lease-time", leaseTime);
    require(prefixTokens >= 0, "prefix-tokens", prefixTokens);
  }

  public static EngineSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.engine");
    return new EngineSettings(
        section.duration("probe-interval"),
        section.duration("lease-time"),
        section.longNumber("prefix-tokens"),
        WindowSettings.of(section.section("window"), ServiceSettings.of(config)),
        BreakerSettings.of(section.section("breaker")));
  }

  private static void require(boolean valid, String key, Object value) {
    if (!valid) {
      throw new IllegalArgumentException("troupe.engine." + key + ": cannot be " + value);
    }
  }
}
