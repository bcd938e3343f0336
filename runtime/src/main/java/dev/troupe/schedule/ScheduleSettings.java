package dev.troupe.schedule;

import com.typesafe.config.Config;
import dev.troupe.engine.EngineSettings;
import dev.troupe.program.ServiceSettings;
import dev.troupe.program.SettingsReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The `troupe.schedule` section of the configuration.
///
/// @param levels priority classes, their bounds reckoned from tokens by the service model's decode
///     time
/// @param prices what a call costs its engine: for `least-cost` and `added-delay`
/// @param weights what counts how much in `least-cost`
/// @param pace how slow an engine's tokens may become; of `troupe.engine.window`
public record ScheduleSettings(
    Discipline discipline,
    Levels levels,
    Starvation starvation,
    EnginePrices prices,
    CostWeights weights,
    PaceSettings pace,
    Dispatcher.Limits limits,
    PlacementSettings placement) {

  /// The `troupe.schedule.placement` section.
  ///
  /// @param thresholdTokens the longest prompt that `token-threshold` counts as small
  /// @param homeHold how long a call waits for the engine that `consistent-hash` or
  ///     `token-threshold` binds it to
  /// @param prefillNanosPerToken what a cached token saves
  public record PlacementSettings(
      PlacementRule rule,
      int thresholdTokens,
      Duration homeHold,
      PrefixSettings prefix,
      DelaySettings delay,
      long prefillNanosPerToken) {

    public PlacementSettings {
      require(
          thresholdTokens >= 0,
          "placement.threshold-tokens",
          thresholdTokens,
          "must not be negative");
      require(!homeHold.isNegative(), "placement.home-hold", homeHold, "must not be negative");
    }
  }

  public static ScheduleSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.schedule");
    var service = ServiceSettings.of(config);
    var prices = EnginePrices.of(service);
    return new ScheduleSettings(
        named(Discipline.class, "discipline", section.text("discipline")),
        levels(section, service.decodeNanosPerToken()),
        starvation(section),
        prices,
        weights(section.section("least-cost")),
        PaceSettings.of(EngineSettings.of(config).window(), prices),
        limits(section),
        placement(section.section("placement"), service.prefillNanosPerToken()));
  }

  /// The same with another discipline.
  public ScheduleSettings with(Discipline other) {
    return new ScheduleSettings(
        other, levels, starvation, prices, weights, pace, limits, placement);
  }

  /// The same with another placement.
  public ScheduleSettings with(PlacementRule other) {
    var changed =
        new PlacementSettings(
            other,
            placement.thresholdTokens(),
            placement.homeHold(),
            placement.prefix(),
            placement.delay(),
            placement.prefillNanosPerToken());
    return new ScheduleSettings(
        discipline, levels, starvation, prices, weights, pace, limits, changed);
  }

  /// An empty queue of the configured discipline.
  public CallQueue newQueue(Warmth warmth) {
    return switch (discipline) {
      case LEAST_COST -> new LeastCostQueue(prices, weights, warmth);
      case FCFS, MLFQ, PLAS, ATLAS -> new MultilevelQueue(discipline, levels, starvation);
    };
  }

  /// The configured placement, with nothing remembered.
  public Placement newPlacement() {
    long homeHoldNanos = placement.homeHold().toNanos();
    return switch (placement.rule()) {
      case ROUND_ROBIN -> new RoundRobin();
      case LEAST_LOADED -> LeastLoaded.byInFlight();
      case WAITING_WEIGHTED -> LeastLoaded.byWaitingWeighted();
      case CONSISTENT_HASH -> new ConsistentHash(homeHoldNanos);
      case TOKEN_THRESHOLD -> new TokenThreshold(placement.thresholdTokens(), homeHoldNanos);
      case PREFIX_AWARE -> new PrefixAware(placement.prefix(), placement.prefillNanosPerToken());
      case ADDED_DELAY -> new AddedDelay(prices, placement.delay());
    };
  }

  /// A scheduler's decisions, with nothing waiting and no engine.
  public Dispatcher newDispatcher() {
    return newDispatcher(this::newQueue);
  }

  /// The same with a queue of another making.
  public Dispatcher newDispatcher(Function<Warmth, CallQueue> queue) {
    return new Dispatcher(queue, newPlacement(), new Pace(pace, prices), limits);
  }

  private static Levels levels(SettingsReader section, long decodeNanosPerToken) {
    int count = section.number("levels");
    long quantumTokens = section.longNumber("base-quantum-tokens");
    require(count >= 1 && count <= 32, "levels", count, "must be between 1 and 32");
    require(
        quantumTokens >= 1 && quantumTokens <= 1_000_000,
        "base-quantum-tokens",
        quantumTokens,
        "must be between 1 and 1000000");
    return new Levels(count, Math.multiplyExact(quantumTokens, decodeNanosPerToken));
  }

  private static Starvation starvation(SettingsReader section) {
    double ratio = section.decimal("starvation-ratio");
    var threshold = section.duration("starvation-threshold");
    var promotion = section.duration("promotion-time");
    require(
        ratio > 0 && ratio < Double.POSITIVE_INFINITY,
        "starvation-ratio",
        ratio,
        "must be positive");
    require(!threshold.isNegative(), "starvation-threshold", threshold, "must not be negative");
    require(promotion.isPositive(), "promotion-time", promotion, "must be positive");
    return new Starvation(ratio, threshold.toNanos(), promotion.toNanos());
  }

  private static CostWeights weights(SettingsReader section) {
    return new CostWeights(
        section.decimal("aging"),
        section.duration("max-overtaking").toNanos(),
        section.flag("learn-endings"),
        section.flag("heed-declared"));
  }

  private static Dispatcher.Limits limits(SettingsReader section) {
    int maxWaiting = section.number("max-waiting");
    var shortest = section.duration("shortest-retry");
    var longest = section.duration("longest-retry");
    int passedOver = section.number("passed-over");
    var settling = section.duration("settling-time");
    require(maxWaiting >= 1, "max-waiting", maxWaiting, "must be positive");
    require(shortest.isPositive(), "shortest-retry", shortest, "must be positive");
    require(
        longest.compareTo(shortest) >= 0,
        "longest-retry",
        longest,
        "must not be less than shortest-retry");
    require(passedOver >= 1, "passed-over", passedOver, "must be positive");
    require(!settling.isNegative(), "settling-time", settling, "must not be negative");
    return new Dispatcher.Limits(maxWaiting, shortest, longest, passedOver, settling);
  }

  private static PlacementSettings placement(SettingsReader section, long prefillNanosPerToken) {
    var prefix = section.section("prefix-aware");
    return new PlacementSettings(
        named(PlacementRule.class, "placement.rule", section.text("rule")),
        section.number("threshold-tokens"),
        section.duration("home-hold"),
        new PrefixSettings(
            prefix.decimal("load-factor"),
            prefix.number("load-slack"),
            prefix.number("least-tokens"),
            prefix.duration("longest-hold")),
        new DelaySettings(section.decimal("takes-over-below"), section.decimal("copy-weight")),
        prefillNanosPerToken);
  }

  private static <E extends Enum<E>> E named(Class<E> type, String key, String name) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> nameOf(constant).equals(name))
        .findFirst()
        .orElseThrow(() ->
            invalid(
                key,
                name,
                Arrays.stream(type.getEnumConstants())
                    .map(ScheduleSettings::nameOf)
                    .collect(Collectors.joining(", ", "must be one of ", ""))));
  }

  private static String nameOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static void require(boolean valid, String key, Object value, String rule) {
    if (!valid) {
      throw invalid(key, value, rule);
    }
  }

  private static IllegalArgumentException invalid(String key, Object value, String rule) {
    return new IllegalArgumentException("troupe.schedule." + key + " " + rule + ", not " + value);
  }
}
