package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.troupe.cluster.ClusterSettings;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeSettingsTest {

  /// Read by Pekko, or by clients.
  private static final List<String> OF_OTHERS =
      List.of("gateway.protocol.", "storage.dispatcher.", "client.");

  private static final String STORAGE_THREADS = "troupe.storage.threads";

  @ParameterizedTest
  @MethodSource("keys")
  void namesTheWholeKeyWhoseValueIsOfTheWrongKind(String key) {
    var wrong = ConfigValueFactory.fromIterable(List.of(Map.of("wrong", 1)));
    var config = ClusterSettings.nodeConfig(ConfigFactory.empty()).withValue(key, wrong);

    assertThatThrownBy(() -> NodeSettings.of(config))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(key)
        .hasMessageMatching("(?s).*(expected|is no key of).*");
  }

  /// So that no section is left out when the problems of all are told.
  @ParameterizedTest
  @MethodSource("keys")
  void namesItBesideAProblemOfAnotherSection(String key) {
    var wrong = ConfigValueFactory.fromIterable(List.of(Map.of("wrong", 1)));
    var other = key.startsWith("troupe.storage.") ? "troupe.program.kept-calls" : STORAGE_THREADS;
    var config =
        ClusterSettings.nodeConfig(ConfigFactory.empty())
            .withValue(key, wrong)
            .withValue(other, wrong);

    assertThatThrownBy(() -> NodeSettings.of(config))
        .message()
        .satisfies(told ->
            assertThat(told.lines())
                .anyMatch(line -> line.startsWith(key))
                .anyMatch(line -> line.startsWith(other)));
  }

  @Test
  void refusesOnePortForTheGatewayAndManagement() {
    assertThatThrownBy(() -> settings("troupe.gateway.port = 8558"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "troupe.gateway.port: is troupe.management.port as well, 8558 on 127.0.0.1; choose"
                + " another for one of them, or 0 for any free one");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "troupe.gateway.port = 0, troupe.management.port = 0",
        "troupe.gateway { host = 127.0.0.2, port = 8558 }",
        "troupe.gateway.port = 8558"
            + ", troupe.cluster { roles = [engine], seeds = [\"127.0.0.1:7355\"] }"
      })
  void takesPortsThatDoNotMeet(String ports) {
    assertThatCode(() -> settings(ports)).doesNotThrowAnyException();
  }

  private static NodeSettings settings(String settings) {
    return NodeSettings.of(ClusterSettings.nodeConfig(ConfigFactory.parseString(settings)));
  }

  static Stream<String> keys() {
    return ConfigFactory.defaultReference().getConfig("troupe").root().keySet().stream()
        .flatMap(section -> section.equals("engines") ? Stream.of(section) : keysOf(section))
        .filter(key -> OF_OTHERS.stream().noneMatch(key::startsWith))
        .map(key -> "troupe." + key);
  }

  private static Stream<String> keysOf(String section) {
    return ConfigFactory.defaultReference().getConfig("troupe." + section).entrySet().stream()
        .map(entry -> section + "." + entry.getKey());
  }
}
