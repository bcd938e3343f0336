package dev.troupe.schedule;

import java.time.Duration;

/// The `troupe.schedule.placement.prefix-aware` section of the configuration.
///
/// @param loadFactor how far above the mean load an engine may be for its cache's sake
/// @param loadSlack calls that it may be above it besides
/// @param leastTokens tokens in the cache below which an engine counts as cold
/// @param longestHold the longest wait for a warm engine
public record PrefixSettings(
    double loadFactor, int loadSlack, int leastTokens, Duration longestHold) {

  public PrefixSettings {
    ScheduleSettings.require(
        loadFactor >= 1 && loadFactor < Double.POSITIVE_INFINITY,
        "placement.prefix-aware.load-factor",
        loadFactor,
        "must be at least 1");
    ScheduleSettings.require(
        loadSlack >= 0, "placement.prefix-aware.load-slack", loadSlack, "must not be negative");
    ScheduleSettings.require(
        leastTokens >= 1, "placement.prefix-aware.least-tokens", leastTokens, "must be positive");
    ScheduleSettings.require(
        !longestHold.isNegative(),
        "placement.prefix-aware.longest-hold",
        longestHold,
        "must not be negative");
  }
}
