package dev.troupe.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.troupe.embedded.EmbeddedEngineSettings.Enabled;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedEngineSettingsTest {

  @Test
  void defaultsAreThoseOfTheReferenceConfiguration() {
    var settings = settings("");

    assertThat(settings.enabled()).isEqualTo(Enabled.AUTO);
    assertThat(settings.model()).isEmpty();
    assertThat(settings.modelName()).isEmpty();
    assertThat(settings.slots()).isEqualTo(4);
    assertThat(settings.contextTokens()).isEqualTo(4096);
    assertThat(settings.promptCacheMebibytes()).isEqualTo(256);
    assertThat(settings.stopGrace()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void runsByItselfOnlyWhereTheUserNamesNoEngine() {
    assertThat(settings("").runs(false)).isTrue();
    assertThat(settings("").runs(true)).isFalse();
    assertThat(settings("enabled = on").runs(true)).isTrue();
    assertThat(settings("enabled = true").runs(true)).isTrue();
    assertThat(settings("enabled = off").runs(false)).isFalse();
  }

  @Test
  void computesOnHalfOfTheProcessorsUnlessTold() {
    assertThat(settings("").threadsOf(1)).isEqualTo(1);
    assertThat(settings("").threadsOf(2)).isEqualTo(1);
    assertThat(settings("").threadsOf(8)).isEqualTo(4);
    assertThat(settings("threads = 3").threadsOf(8)).isEqualTo(3);
  }

  @Test
  void takesAModelOfTheUsers() {
    assertThat(settings("model = /models/mine.gguf").model())
        .contains(Path.of("/models/mine.gguf"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "enabled = perhaps",
        "slots = 0",
        "context-tokens = 10",
        "threads = 0",
        "start-timeout = 0s",
        "restart.min-backoff = 0s",
        "restart.max-backoff = 1ms",
        "restart.attempts = -1"
      })
  void refusesAnInvalidValueNamingTheKey(String override) {
    var key = override.substring(override.lastIndexOf('.') + 1, override.indexOf(" ="));

    assertThatThrownBy(() -> settings(override)).hasMessageContaining(key);
  }

  @Test
  void waitsLongerAfterEveryDeathAndGivesUpInTheEnd() {
    var restarts =
        settings("restart { min-backoff = 1s, max-backoff = 3s, attempts = 3 }").restarts();

    assertThat(restarts.backoff(1)).contains(Duration.ofSeconds(1));
    assertThat(restarts.backoff(2)).contains(Duration.ofSeconds(2));
    // Twice 2 s is more than the longest wait.
    assertThat(restarts.backoff(3)).contains(Duration.ofSeconds(3));
    assertThat(restarts.backoff(4)).isEmpty();
  }

  @Test
  void forgetsEarlierDeathsOnceItHasServedLongEnough() {
    var restarts = settings("restart.healthy-after = 10s").restarts();

    assertThat(restarts.deathsAfter(2, Duration.ofSeconds(9).toNanos())).isEqualTo(3);
    assertThat(restarts.deathsAfter(2, Duration.ofSeconds(10).toNanos())).isEqualTo(1);
  }

  static EmbeddedEngineSettings settings(String section) {
    return EmbeddedEngineSettings.of(
        ConfigFactory.parseString("troupe.embedded-engine {" + section + "}")
            .withFallback(ConfigFactory.defaultReference()));
  }
}
