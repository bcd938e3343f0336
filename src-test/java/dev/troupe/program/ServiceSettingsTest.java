package dev.troupe.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.troupe.program.ServiceSettings.Model;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceSettingsTest {

  @Test
  void defaultsAreThoseOfTheReferenceConfiguration() {
    var settings = ServiceSettings.of(ConfigFactory.defaultReference());

    assertThat(settings)
        .isEqualTo(
            new ServiceSettings(
                Model.TOKENS,
                Duration.ofNanos(22_000),
                Duration.ofNanos(1_000),
                Duration.ofMillis(10),
                Duration.ofNanos(70)));
    assertThat(settings.attentionNanosPerPair()).isEqualTo(1);
    assertThat(settings.newModel()).isEqualTo(new ServiceModel.Tokens(22_000, 10_000_000));
  }

  @Test
  void buildsTheModelThatIsNamed() {
    var config =
        ConfigFactory.parseString("troupe.service.model = measured")
            .withFallback(ConfigFactory.defaultReference());

    assertThat(ServiceSettings.of(config).newModel()).isInstanceOf(ServiceModel.Measured.class);
  }

  @ParameterizedTest
  @CsvSource({
    "model, clairvoyant",
    "prefill-time-per-token, 0s",
    "attention-time-per-1000-tokens, -1us",
    "decode-time-per-token, -1ms",
    "kv-read-time-per-token, 0s",
  })
  void refusesAnInvalidValueNamingItsKey(String key, String value) {
    var config =
        ConfigFactory.parseString("troupe.service." + key + " = " + value)
            .withFallback(ConfigFactory.defaultReference());

    assertThatThrownBy(() -> ServiceSettings.of(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("troupe.service." + key + ": ");
  }
}
