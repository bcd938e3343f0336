package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.cluster.ClusterSettings.Role;
import java.time.Duration;
import org.apache.pekko.actor.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterSettingsTest {

  @Test
  void isAClusterOfOneThatDoesEverythingByDefault() {
    var settings = ClusterSettings.of(ConfigFactory.defaultReference());

    assertThat(settings.seeds()).isEmpty();
    assertThat(settings.roles()).containsExactlyInAnyOrder(Role.values());
  }

  @Test
  void readsSeeds() {
    var settings = ClusterSettings.of(with("troupe.cluster.seeds = [\"node-1:7355\"]"));

    assertThat(settings.seeds()).containsExactly(new Address("pekko", "troupe", "node-1", 7355));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "troupe.cluster.seeds = [\"node-1\"]",
        "troupe.cluster.seeds = [\"node-1:port\"]",
        "troupe.cluster.roles = [proxy]",
        "troupe.cluster.detection-time = 1s",
        "troupe.cluster.host = \"0.0.0.0\""
      })
  void refusesAnInvalidValueAndNamesItsKey(String override) {
    assertThatThrownBy(() -> ClusterSettings.of(with(override)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(override.substring(0, override.indexOf(' ')));
  }

  @Test
  void derivesPekkosSettingsFromOurs() {
    var config =
        ClusterSettings.nodeConfig(
            ConfigFactory.parseString("troupe.cluster { port = 7355, roles = [scheduler] }"));

    assertThat(config.getInt("pekko.remote.artery.canonical.port")).isEqualTo(7355);
    assertThat(config.getStringList("pekko.cluster.roles")).containsExactly("scheduler");
    assertThat(config.getBoolean("pekko.coordinated-shutdown.exit-jvm")).isTrue();
  }

  @Test
  void removesALostNodeWithinTheDetectionTime() {
    var pekko =
        ClusterSettings.nodeConfig(ConfigFactory.parseString("troupe.cluster.detection-time = 20s"))
            .getConfig("pekko.cluster");

    // Silence until it is suspected, then until the suspicion stands, then until others take over.
    var suspected = pekko.getDuration("failure-detector.acceptable-heartbeat-pause");
    var removed = pekko.getDuration("split-brain-resolver.stable-after");
    var takenOver = pekko.getDuration("down-removal-margin");
    assertThat(suspected.plus(removed).plus(takenOver)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void tellsNewsWithinATwentiethOfTheDetectionTimeOrASecond() {
    assertThat(gossip("2s")).isEqualTo(Duration.ofMillis(100));
    assertThat(gossip("10s")).isEqualTo(Duration.ofMillis(500));
    assertThat(gossip("60s")).isEqualTo(Duration.ofSeconds(1));
  }

  private static Duration gossip(String detectionTime) {
    return ClusterSettings.nodeConfig(
            ConfigFactory.parseString("troupe.cluster.detection-time = " + detectionTime))
        .getDuration("pekko.cluster.gossip-interval");
  }

  @Test
  void letsTheUserOverridePekkosSettings() {
    var config =
        ClusterSettings.nodeConfig(
            ConfigFactory.parseString("pekko.cluster.split-brain-resolver.stable-after = 20s"));

    assertThat(config.getString("pekko.cluster.split-brain-resolver.stable-after"))
        .isEqualTo("20s");
  }

  @Test
  void leavesAClientsJvmToItsApplication() {
    var config = ClusterSettings.clientConfig(ConfigFactory.empty());

    assertThat(ClusterSettings.of(config).roles()).isEmpty();
    assertThat(config.getBoolean("pekko.coordinated-shutdown.exit-jvm")).isFalse();
  }

  @Test
  void asksTheServiceRecordsOfAName() {
    var config =
        ClusterSettings.nodeConfig(discovery("dns", "dns.name = _management._tcp.troupe.test"));

    var points = config.getConfig("pekko.management.cluster.bootstrap.contact-point-discovery");
    assertThat(points.getString("discovery-method")).isEqualTo("pekko-dns");
    assertThat(points.getString("port-name")).isEqualTo("management");
    assertThat(points.getString("protocol")).isEqualTo("tcp");
    assertThat(points.getString("effective-name")).isEqualTo("troupe.test");
    assertThat(points.getInt("required-contact-point-nr")).isEqualTo(2);
  }

  @Test
  void asksTheAddressesOfAName() {
    var config = ClusterSettings.nodeConfig(discovery("dns", "dns.name = troupe.test"));

    var points = config.getConfig("pekko.management.cluster.bootstrap.contact-point-discovery");
    assertThat(points.getString("port-name")).isEmpty();
    assertThat(points.getString("effective-name")).isEqualTo("troupe.test");
    assertThat(config.getInt("pekko.management.cluster.bootstrap.contact-point.fallback-port"))
        .isEqualTo(8558);
  }

  @Test
  void asksForThePodsOfALabel() {
    var config =
        ClusterSettings.nodeConfig(
            discovery("kubernetes", "kubernetes.label-selector = \"app=a\""));

    assertThat(config.getString("pekko.discovery.kubernetes-api.pod-label-selector"))
        .isEqualTo("app=a");
  }

  @ParameterizedTest
  @CsvSource({
    "dns, required-contact-points = 2, troupe.cluster.discovery.dns.name",
    "kubernetes, kubernetes.port-name = \"\", troupe.cluster.discovery.kubernetes.port-name",
    "multicast, required-contact-points = 2, troupe.cluster.discovery.method",
    "seeds, required-contact-points = 0, troupe.cluster.discovery.required-contact-points"
  })
  void refusesAnInvalidWayToFindNodes(String method, String setting, String key) {
    assertThatThrownBy(() -> ClusterSettings.nodeConfig(discovery(method, setting)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(key + ": ");
  }

  @Test
  void refusesSeedsTogetherWithAnotherWayToFindNodes() {
    var both =
        discovery("dns", "dns.name = troupe.test")
            .withFallback(ConfigFactory.parseString("troupe.cluster.seeds = [\"node-1:7355\"]"));

    assertThatThrownBy(() -> ClusterSettings.nodeConfig(both))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("troupe.cluster.seeds: ")
        .hasMessageContaining("troupe.cluster.discovery.method");
  }

  private static Config discovery(String method, String setting) {
    return ConfigFactory.parseString(
        "troupe.cluster.discovery { method = " + method + ", " + setting + " }");
  }

  private static Config with(String override) {
    return ConfigFactory.parseString(override).withFallback(ConfigFactory.defaultReference());
  }
}
