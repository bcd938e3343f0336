package dev.troupe.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.troupe.engine.Credit;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleSettingsTest {

  @Test
  void defaultsAreThoseOfTheReferenceConfiguration() {
    var settings = ScheduleSettings.of(ConfigFactory.defaultReference());

    assertThat(settings.discipline()).isEqualTo(Discipline.LEAST_COST);
    // 512 tokens of 10 ms.
    assertThat(settings.levels()).isEqualTo(new Levels(8, 5_120_000_000L));
    assertThat(settings.starvation())
        .isEqualTo(new Starvation(3.0, 5_000_000_000L, 10_000_000_000L));
    assertThat(settings.limits())
        .isEqualTo(
            new Dispatcher.Limits(
                10_000, Duration.ofSeconds(1), Duration.ofSeconds(60), 32, Duration.ofSeconds(5)));
    assertThat(settings.prices()).isEqualTo(new EnginePrices(22_000, 1, 10_000_000, 70));
    assertThat(settings.weights())
        .isEqualTo(new CostWeights(0.003, 14_400_000_000_000L, true, true));
    // Reading them takes 1.3 times the 10 ms that a token takes without.
    assertThat(settings.pace()).isEqualTo(new PaceSettings(2.3, 185_714, true));
    assertThat(settings.placement().rule()).isEqualTo(PlacementRule.ADDED_DELAY);
    assertThat(settings.placement().thresholdTokens()).isEqualTo(2048);
    assertThat(settings.placement().homeHold()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.placement().prefix())
        .isEqualTo(new PrefixSettings(1.25, 4, 128, Duration.ofSeconds(2)));
    assertThat(settings.placement().delay()).isEqualTo(new DelaySettings(0.5, 1));
    assertThat(settings.placement().prefillNanosPerToken()).isEqualTo(22_000);
  }

  @Test
  void nothingIsHeldBackFromAFixedWindow() {
    var config =
        ConfigFactory.parseString("troupe.engine.window.kind = fixed")
            .withFallback(ConfigFactory.defaultReference());

    assertThat(ScheduleSettings.of(config).pace().kvTokens()).isEqualTo(Credit.UNLIMITED);
  }

  @ParameterizedTest
  @CsvSource({"fcfs, FCFS", "mlfq, MLFQ", "plas, PLAS", "atlas, ATLAS", "least-cost, LEAST_COST"})
  void disciplinesAreChosenByName(String name, Discipline discipline) {
    assertThat(with("discipline = " + name).discipline()).isEqualTo(discipline);
  }

  @ParameterizedTest
  @CsvSource({
    "round-robin, RoundRobin",
    "least-loaded, LeastLoaded",
    "waiting-weighted, LeastLoaded",
    "consistent-hash, ConsistentHash",
    "token-threshold, TokenThreshold",
    "prefix-aware, PrefixAware",
    "added-delay, AddedDelay"
  })
  void placementsAreChosenByName(String name, String type) {
    assertThat(with("placement.rule = " + name).newPlacement().getClass().getSimpleName())
        .isEqualTo(type);
  }

  @Test
  void namesTheKeyAndTheChoicesOfAnUnknownName() {
    assertThatThrownBy(() -> with("discipline = fastest"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "troupe.schedule.discipline must be one of fcfs, mlfq, plas, atlas, least-cost, not"
                + " fastest");
    assertThatThrownBy(() -> with("placement.rule = random"))
        .hasMessageStartingWith("troupe.schedule.placement.rule must be one of round-robin, ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "levels = 0",
        "levels = 33",
        "base-quantum-tokens = 0",
        "starvation-ratio = 0",
        "starvation-threshold = -1s",
        "promotion-time = 0s",
        "max-waiting = 0",
        "shortest-retry = 0s",
        "longest-retry = 500ms",
        "passed-over = 0",
        "least-cost.aging = -0.1",
        "placement.takes-over-below = 1.5",
        "placement.copy-weight = -1",
        "placement.threshold-tokens = -1",
        "placement.home-hold = -1s",
        "placement.prefix-aware.load-factor = 0.9",
        "placement.prefix-aware.load-slack = -1",
        "placement.prefix-aware.least-tokens = 0",
        "placement.prefix-aware.longest-hold = -1s"
      })
  void refusesAnInvalidValueAndNamesItsKey(String override) {
    var key = override.substring(0, override.indexOf(' '));

    assertThatThrownBy(() -> with(override))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("troupe.schedule." + key + " ");
  }

  private static ScheduleSettings with(String override) {
    return ScheduleSettings.of(
        ConfigFactory.parseString("troupe.schedule { " + override + " }")
            .withFallback(ConfigFactory.defaultReference()));
  }
}
