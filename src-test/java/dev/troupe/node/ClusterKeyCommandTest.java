package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.cluster.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `cluster-key` as a process.
@Timeout(120)
class ClusterKeyCommandTest {

  @TempDir private Path folder;

  @Test
  void makesAKeyThatANodeTakesAndOnlyItsOwnerReads() throws IOException {
    var file = folder.resolve("cluster.p12");

    assertThat(errors(file, "correct horse")).isEmpty();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    var settings =
        Map.of(
            "troupe.cluster.host", "10.0.0.7",
            "troupe.cluster.tls.key-file", file.toString(),
            "troupe.cluster.tls.key-password", "correct horse");
    var config = ClusterSettings.nodeConfig(ConfigFactory.parseMap(settings));
    assertThat(ClusterSettings.of(config).tls().material())
        .containsInstanceOf(TlsSettings.SharedKey.class);
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void leavesAKeyAloneThatIsThere() throws IOException {
    var file = Files.writeString(folder.resolve("cluster.p12"), "the key of a cluster");

    assertThat(errors(file, "correct horse")).singleElement().asString().contains("exists already");
    assertThat(file).hasContent("the key of a cluster");
  }

  @Test
  void wantsAPassword() throws IOException {
    var file = folder.resolve("cluster.p12");

    assertThat(errors(file, "")).singleElement().asString().contains("TROUPE_CLUSTER_KEY_PASSWORD");
    assertThat(file).doesNotExist();
  }

  private static List<String> errors(Path file, String password) throws IOException {
    var builder =
        TestProcess.builder("-Xmx128m", Main.class.getName(), "cluster-key", file.toString());
    // The JVM says a line of its own about these.
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    builder.environment().put(TlsSettings.PASSWORD_VARIABLE, password);
    return builder.start().errorReader().readAllLines();
  }
}
