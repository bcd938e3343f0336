package dev.troupe.engine;

import com.typesafe.config.Config;
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
    var section = config.getConfig("troupe.engine");
    return new EngineSettings(
        section.getDuration("probe-interval"),
        section.getDuration("lease-time"),
        section.getLong("prefix-tokens"),
        WindowSettings.of(section.getConfig("window")),
        BreakerSettings.of(section.getConfig("breaker")));
  }

  private static void require(boolean valid, String key, Object value) {
    if (!valid) {
      throw new IllegalArgumentException("troupe.engine: invalid " + key + ": " + value);
    }
  }
}
