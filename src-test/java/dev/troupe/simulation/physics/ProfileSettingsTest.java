package dev.troupe.simulation.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The profiles that ship against figures that are known of such engines: time between tokens of a
/// single stream, prefill of a long batch, KV memory.
class ProfileSettingsTest {

  private final ProfileSettings profiles = ProfileSettings.shipped();

  @ParameterizedTest
  @CsvSource({"A100-8B, 10, 11", "H100-8B, 6, 7"})
  void haveTheTimeBetweenTokensOfASingleStream(String name, double least, double most) {
    double millis = profiles.profile(name).stepTime().decodePicos(1, 1, 500) / 1e9;

    assertThat(millis).isBetween(least, most);
  }

  @ParameterizedTest
  @CsvSource({"A100-8B, 14, 15.5", "H100-8B, 43, 50"})
  void prefillAsFastAsMeasured(String name, double leastThousands, double mostThousands) {
    // Prompts of 2,048 tokens, one a step.
    double seconds = profiles.profile(name).stepTime().picos(2048, 0, 0, 2048L * 2048) / 1e12;

    assertThat(2048 / seconds / 1000).isBetween(leastThousands * 0.95, mostThousands);
  }

  @ParameterizedTest
  @CsvSource({"A100-8B", "H100-8B"})
  void holdAsMuchAsEngineOf80GigabytesDo(String name) {
    assertThat(profiles.profile(name).kvTokens()).isBetween(420_000L, 470_000L);
  }

  @Test
  void nameThoseThatThereAre() {
    assertThatThrownBy(() -> profiles.profile("B200"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("B200")
        .hasMessageContaining("A100-8B, H100-8B");
  }

  @Test
  void nameTheKeyThatIsMissing() {
    var config = ConfigFactory.parseString("troupe.simulation.profiles.mine { kv-tokens = 5 }");

    assertThatThrownBy(() -> ProfileSettings.of(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("troupe.simulation.profiles.mine")
        .hasMessageContaining("step-micros");
  }
}
