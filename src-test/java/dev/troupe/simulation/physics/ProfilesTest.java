package dev.troupe.simulation.physics;

import static dev.troupe.simulation.physics.EngineLog.demand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The profiles that ship, against figures that were measured or published.
class ProfilesTest {

  private static final ProfileSettings SHIPPED = ProfileSettings.shipped();

  @ParameterizedTest
  @CsvSource({"A100-8B, 10, 11", "H100-8B, 6, 7", "H100-TP4-70B, 12, 13"})
  void aSingleCallDecodesAsFastAsMeasured(String name, double least, double most) {
    // 1,000 tokens after a prompt of 200: the mean context is 700.
    double millis = (endMillis(name, 200, 1001) - endMillis(name, 200, 1)) / 1000;

    assertThat(millis).isBetween(least, most);
  }

  /// The products alone saturate at 1 / 69 us and 1 / 22 us: 14.5 and 45.5 thousand a second.
  /// Attention and overhead, which come on top, take 6% of a prompt of one full step.
  @ParameterizedTest
  @CsvSource({"A100-8B, 13.5, 15", "H100-8B, 42, 50", "H100-TP4-70B, 12, 13.2"})
  void prefillsAsFastAsMeasured(String name, double least, double most) {
    assertThat(2048 / endMillis(name, 2048, 1)).isBetween(least, most);
  }

  /// Attention grows with the square of the prompt.
  @ParameterizedTest
  @CsvSource({"A100-8B, 0.25, 0.35", "H100-8B, 0.25, 0.35"})
  void aPromptOfAHundredThousandTokensPaysForItsAttention(String name, double least, double most) {
    double tokensPerMilli = 100_000 / endMillis(name, 100_000, 1);
    double shortOnes = 2048 / endMillis(name, 2048, 1);

    assertThat(tokensPerMilli / shortOnes).isBetween(least, most);
  }

  /// Decode steps at a context of 1,024 tokens from inference-sim's physics, which was fitted to
  /// vLLM's, for 1, 32, 128 and 256 calls.
  @ParameterizedTest
  @CsvSource({
    "A100-8B, 1, 10.6",
    "A100-8B, 32, 14.7",
    "A100-8B, 128, 27.5",
    "A100-8B, 256, 44.5",
    "H100-8B, 1, 6.9",
    "H100-8B, 32, 9.5",
    "H100-8B, 128, 17.4",
    "H100-8B, 256, 28.0",
    // 12.6 ms + 66.8 us a call, of unknown context.
    "H100-TP4-70B, 1, 12.7",
    "H100-TP4-70B, 128, 21.2",
    "H100-TP4-70B, 256, 29.7",
  })
  void manyCallsDecodeAsFastAsTheRegressionSays(String name, int calls, double millis) {
    long picos = SHIPPED.profile(name).stepTime().decodePicos(1, calls, 1024L * calls);

    assertThat(picos / 1e9).isCloseTo(millis, within(0.06 * millis));
  }

  /// Vidur's measured operators of Llama 3 8B on an A100.
  @ParameterizedTest
  @CsvSource({
    "1, 9.76",
    "32, 10.98",
    "128, 13.28",
    "256, 19.62",
    "512, 34.85",
    "1024, 75.6",
    "2048, 144",
    "8192, 547",
  })
  void theProductsTakeAsLongAsMeasured(int tokens, double millis) {
    var whole = SHIPPED.profile("A100-8B").stepTime();
    double linear = (whole.picos(tokens, 0, 0, 0) - whole.overheadPicos()) / 1e9;

    assertThat(linear).isCloseTo(millis, within(0.12 * millis));
  }

  @ParameterizedTest
  @CsvSource({"A100-8B", "H100-8B", "H100-TP4-70B"})
  void memoryHoldsAsManyTokensAsAnEngineReports(String name) {
    assertThat(SHIPPED.profile(name).kvTokens()).isBetween(420_000L, 470_000L);
  }

  @Test
  void aCallFitsThatTheModelTakesAndTheMemoryHolds() {
    var profile = SHIPPED.profile("A100-8B");

    assertThat(profile.fits(131_000, 72)).isTrue();
    assertThat(profile.fits(131_000, 73)).isFalse();
  }

  @Test
  void anUnknownNameIsAnsweredWithThoseThereAre() {
    assertThatThrownBy(() -> SHIPPED.profile("B200-8B"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "no engine profile B200-8B; there are A100-8B, A100-8B-priority,"
                + " H100-8B, H100-8B-priority, H100-TP4-70B");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kv-tokens               | 0         | expected 16 or more, not 0",
        "kv-tokens               | many      | expected a whole number, not \"many\"",
        "context-tokens          | 1         | expected a whole number from 2 to",
        "step-tokens             | 256       | expected a whole number from 257 to",
        "max-sequences           | 0         | expected a whole number from 1 to",
        "step-micros.floor       | 0         | expected a number of microseconds from 0.001 to 1000000.0, not 0.0",
        "step-micros.overhead    | -1        | expected a number of microseconds from 0",
        "step-micros.per-token   | NaN       | expected a number of microseconds from 0",
        "step-micros.kv-read-per-token | 101 | expected a number of microseconds from 0.0 to 100.0",
        "step-micros.overheads   | 1         | expected another key, one of attention-per-pair,",
        "kv-token                | 1000      | expected another key, one of context-tokens,",
        "order                   | late      | expected arrival or priority, not late",
      })
  void anInvalidValueIsRefusedNamingTheKey(String key, String value, String reason) {
    var path = "troupe.simulation.profiles.A100-8B." + key;
    var user = ConfigFactory.parseString(path + "=" + value);

    assertThatThrownBy(() -> ProfileSettings.over(user))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(path + ": " + reason);
  }

  @Test
  void aMissingKeyIsNamed() {
    var user = ConfigFactory.parseString("troupe.simulation.profiles.mine { max-sequences = 100 }");

    assertThatThrownBy(() -> ProfileSettings.over(user))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "troupe.simulation.profiles.mine.step-micros: expected a section, but it is missing");
  }

  @Test
  void aNameWithABlankIsRefused() {
    var user =
        ConfigFactory.parseString(
            "troupe.simulation.profiles.\"my own\" = ${troupe.simulation.profiles.A100-8B}");

    assertThatThrownBy(() -> ProfileSettings.over(user))
        .hasMessageContaining("\"my own\": expected a name without blanks");
  }

  @Test
  void aUsersProfileTakesFromOneThatShipsWhatItDoesNotSay() {
    var user =
        ConfigFactory.parseString(
            """
            troupe.simulation.profiles.mine = ${troupe.simulation.profiles.A100-8B} {
              kv-tokens = 200000
              step-micros.floor = 20000
            }
            """);

    var profiles = ProfileSettings.over(user);

    var mine = profiles.profile("mine");
    var shipped = SHIPPED.profile("A100-8B");
    assertThat(mine.kvTokens()).isEqualTo(200_000);
    assertThat(mine.stepTime().floorPicos()).isEqualTo(20_000_000_000L);
    assertThat(mine.stepTime().kvReadPicos()).isEqualTo(shipped.stepTime().kvReadPicos());
    assertThat(mine.maxSequences()).isEqualTo(shipped.maxSequences());
    assertThat(profiles.profile("A100-8B")).isEqualTo(shipped);
  }

  @Test
  void enginesThatHeedPrioritiesDifferInNothingElse() {
    var other = SHIPPED.profile("A100-8B-priority");

    assertThat(other.order()).isEqualTo(EngineOrder.PRIORITY);
    assertThat(other.stepTime()).isEqualTo(SHIPPED.profile("A100-8B").stepTime());
    assertThat(other.kvTokens()).isEqualTo(SHIPPED.profile("A100-8B").kvTokens());
  }

  private static double endMillis(String name, int promptTokens, int outputTokens) {
    var log = new EngineLog();
    var engine = new EngineModel<String>(SHIPPED.profile(name), log);
    engine.submit("a", demand(promptTokens, outputTokens), 0);
    engine.advanceTo(Long.MAX_VALUE / 2);
    return Double.parseDouble(log.lines.getLast().substring("end a ".length())) / 1000;
  }
}
