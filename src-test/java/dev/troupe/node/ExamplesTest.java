package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.cluster.DiscoverySettings;
import dev.troupe.cluster.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The examples of deployments, read as a node reads them.
class ExamplesTest {

  private static final Path EXAMPLES = Path.of("../conf/examples");

  /// What the examples expect from the environment.
  private static final Config ENVIRONMENT =
      ConfigFactory.parseMap(
          Map.of(
              "HOST", "10.0.0.2",
              "POD_IP", "10.1.2.3",
              "STORAGE_URL", "jdbc:postgresql://db/troupe",
              "STORAGE_USER", "troupe"));

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"one-node.conf", "three-nodes.conf", "gpu-host.conf"})
  void aNodeStartsFromTheExample(String name) {
    var key = TestKeys.shared(folder, "cluster");

    var settings = settings(name, key.settings());

    assertThat(settings.engines().engines()).isNotEmpty();
  }

  @Test
  void threeNodesShareTheirStorageAndAKey() {
    var settings = settings("three-nodes.conf", TestKeys.shared(folder, "cluster").settings());

    assertThat(settings.cluster().seeds()).hasSize(3);
    assertThat(settings.cluster().tls().material()).isPresent();
  }

  @Test
  void aGpuHostTakesNoCallsIn() {
    var settings = settings("gpu-host.conf", TestKeys.shared(folder, "cluster").settings());

    assertThat(settings.hasGateway()).isFalse();
    assertThat(settings.cluster().roles()).containsExactly(ClusterSettings.Role.ENGINE);
  }

  @Test
  void podsFindEachOtherByTheLabelAndThePortOfTheManifest() throws IOException {
    var own = TestKeys.authority(folder).certificate("node", "troupe-nodes", "dns:troupe-nodes");

    var settings = settings("kubernetes/troupe.conf", own.settings());

    var manifest = Files.readString(EXAMPLES.resolve("kubernetes/statefulset.yaml"));
    var pods = (DiscoverySettings.Kubernetes) settings.cluster().discovery().method();
    assertThat(manifest).contains(pods.labelSelector().replace("=", ": "));
    assertThat(manifest)
        .contains(
            "name: "
                + pods.portName()
                + "\n              containerPort: "
                + settings.management().port());
  }

  @Test
  void podsReadTheirTenantsWhereTheManifestMountsThem() throws IOException {
    var example = Files.readString(EXAMPLES.resolve("kubernetes/troupe.conf"));
    var included = Pattern.compile("include file\\(\"(.+)/tenants.conf\"\\)").matcher(example);

    assertThat(included.find()).isTrue();
    assertThat(Files.readString(EXAMPLES.resolve("kubernetes/statefulset.yaml")))
        .contains("name: tenants, mountPath: " + included.group(1) + ",");
  }

  @Test
  void whatStopsANodeGivesItTimeToDrain() throws IOException {
    var settings = settings("one-node.conf", "");
    long needed = settings.leaving().notice().plus(settings.leaving().drainLimit()).toSeconds();

    assertThat(seconds("kubernetes/statefulset.yaml", "terminationGracePeriodSeconds: (\\d+)"))
        .isGreaterThanOrEqualTo(needed + 20);
    assertThat(seconds("systemd/troupe.service", "TimeoutStopSec=(\\d+)"))
        .isGreaterThanOrEqualTo(needed + 20);
  }

  private static long seconds(String file, String pattern) throws IOException {
    var matcher = Pattern.compile(pattern).matcher(Files.readString(EXAMPLES.resolve(file)));
    assertThat(matcher.find()).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  /// @param keys of this machine, in place of those of the example
  private static NodeSettings settings(String name, String keys) {
    var example = ConfigFactory.parseFile(EXAMPLES.resolve(name).toFile());
    assertThat(example.isEmpty()).isFalse();
    return NodeSettings.of(
        ClusterSettings.nodeConfig(
            ConfigFactory.parseString(keys).withFallback(example).withFallback(ENVIRONMENT)));
  }
}
