package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class IdentitySettingsTest {

  private final Config reference = ConfigFactory.defaultReference();

  @Test
  void readsTheReference() {
    assertThat(IdentitySettings.of(reference))
        .isEqualTo(new IdentitySettings(true, true, 200_000, Duration.ofHours(2)));
  }

  @Test
  void namesTheKeyThatIsWrong() {
    assertThatThrownBy(() -> IdentitySettings.of(with("max-remembered = -1")))
        .hasMessageContaining("troupe.identity.max-remembered");
    assertThatThrownBy(() -> IdentitySettings.of(with("remember-for = 0s")))
        .hasMessageContaining("troupe.identity.remember-for");
  }

  private Config with(String line) {
    return ConfigFactory.parseString("troupe.identity." + line).withFallback(reference);
  }
}
