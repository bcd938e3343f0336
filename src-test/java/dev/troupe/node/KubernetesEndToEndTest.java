package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Nodes that know of each other what Kubernetes tells, each a process with a pod's environment.
@Timeout(180)
class KubernetesEndToEndTest {

  @TempDir private Path folder;

  /// @param log of all that it says
  private record Pod(Process process, TestManagement management, Path log) {

    private void assertMembers(int number) {
      assertThat(management.json("/cluster/members").path("members"))
          .as(this::said)
          .hasSize(number);
    }

    private String said() {
      try {
        return Files.readString(log);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  @Test
  void podsFormOneCluster() throws IOException {
    var ports = FreePorts.of(2);
    try (var api = KubernetesApi.start(ports, Files.createDirectory(folder.resolve("mounted")))) {
      var pods = ports.stream().map(port -> start(api, port)).toList();
      try {
        for (var pod : pods) {
          await()
              .atMost(PATIENCE.multipliedBy(2))
              .ignoreExceptions()
              .untilAsserted(() -> pod.assertMembers(2));
        }
      } finally {
        pods.forEach(pod -> pod.process().destroy());
        pods.forEach(pod -> pod.process().onExit().join());
      }
    }
  }

  private Pod start(KubernetesApi api, int port) {
    var settings =
        """
        troupe.cluster { roles = [scheduler], discovery.method = kubernetes }
        troupe.management.port = %d
        troupe.embedded-engine.enabled = off
        pekko.management.cluster.bootstrap.contact-point-discovery.stable-margin = 1s
        """
            .formatted(port);
    try {
      var own = Files.createDirectory(folder.resolve("pod-" + port));
      var file = NodeProcess.configuration(own, settings + api.settings());
      var log = own.resolve("log");
      var pod = NodeProcess.up("--config", file.toString());
      pod.environment().putAll(api.environment());
      return new Pod(
          pod.redirectErrorStream(true).redirectOutput(log.toFile()).start(),
          new TestManagement(URI.create("http://127.0.0.1:" + port)),
          log);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
