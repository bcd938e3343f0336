package dev.troupe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.net.URI;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineSearchSettingsTest {

  @Test
  void looksWhereEnginesListenUnlessToldOtherwise() {
    var settings = of("troupe.cluster.host = gpu-1");

    var ports =
        Stream.of(
                IntStream.rangeClosed(8000, 8007),
                IntStream.rangeClosed(30000, 30007),
                IntStream.of(8080, 11434))
            .flatMap(IntStream::boxed);
    assertThat(settings.urls())
        .containsExactlyElementsOf(ports.map(port -> URI.create("http://gpu-1:" + port)).toList());
    assertThat(settings.apiKey()).isEmpty();
    assertThat(settings.interval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.forgetAfter()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void looksNowhereWhenItIsOff() {
    assertThat(of("troupe.engine-search.enabled = off").urls()).isEmpty();
  }

  @Test
  void looksAtTheConfiguredHostWithTheConfiguredKey() {
    var settings = of("troupe.engine-search { host = \"::1\", ports = [9000], api-key = secret }");

    assertThat(settings.urls()).containsExactly(URI.create("http://[::1]:9000"));
    assertThat(settings.apiKey()).contains("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "host, '\"\"'",
    "ports, '[\"8007-8000\"]'",
    "ports, '[\"8000-8001-8002\"]'",
    "ports, '[\"http\"]'",
    "ports, '[0]'",
    "ports, '[70000]'",
    "ports, '[\"1000-2000\"]'",
    "interval, 0s",
    "forget-after, 5s",
  })
  void refusesAnInvalidValueNamingItsKey(String key, String value) {
    assertThatThrownBy(() -> of("troupe.engine-search." + key + " = " + value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("troupe.engine-search." + key);
  }

  private static EngineSearchSettings of(String settings) {
    return EngineSearchSettings.of(ConfigFactory.load(ConfigFactory.parseString(settings)));
  }
}
