package dev.troupe.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.net.BindException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManagementSettingsTest {

  @Test
  void listensOnLoopbackByDefault() {
    var settings = settings("");

    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.port()).isEqualTo(8558);
    assertThat(settings.statusTimeout()).isEqualTo(Duration.ofSeconds(2));
  }

  @ParameterizedTest
  @CsvSource({"host, ''", "port, -1", "port, 65536", "status-timeout, 0s"})
  void refusesAnInvalidValueAndNamesItsKey(String key, String value) {
    assertThatThrownBy(() -> settings("troupe.management." + key + " = \"" + value + "\""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("troupe.management." + key + ": expected ");
  }

  @Test
  void namesTheKeyAndTheMendWhenThePortIsTaken() {
    assertThat(settings("").cannotListen(new BindException("Address already in use")))
        .isEqualTo(
            "troupe.management.port: cannot listen on 127.0.0.1:8558 (Address already in use);"
                + " choose another port, or 0 for any free one");
  }

  @Test
  void namesTheHostWhenItIsNoneOfThisMachines() {
    assertThat(settings("").cannotListen(new BindException("Cannot assign requested address")))
        .isEqualTo(
            "troupe.management.host: cannot listen on 127.0.0.1:8558 (Cannot assign requested"
                + " address); it must be an address of this machine");
  }

  private static ManagementSettings settings(String override) {
    return ManagementSettings.of(
        ConfigFactory.parseString(override).withFallback(ConfigFactory.defaultReference()));
  }
}
