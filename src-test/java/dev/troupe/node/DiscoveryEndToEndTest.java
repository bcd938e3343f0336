package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Nodes that know of each other what a name server tells, and no more.
@Timeout(180)
class DiscoveryEndToEndTest {

  /// The nodes end all at once, so that some wait in vain for others to see them off.
  private static final String QUICKLY =
      """
      pekko.management.cluster.bootstrap.contact-point-discovery.stable-margin = 1s
      pekko.coordinated-shutdown.phases.cluster-exiting.timeout = 2s
      """;

  /// What one node knows of the cluster: the member that leads, and the addresses of all.
  private record Membership(String leader, Set<String> members) {}

  @TempDir private Path folder;

  @Test
  void nodesFormOneClusterByTheServiceRecordsOfAName() throws IOException {
    var ports = FreePorts.of(3);
    try (var names = NameServer.ofPorts("_management._tcp.troupe.test", ports)) {
      var nodes =
          ports.stream()
              .map(port -> start(names, "_management._tcp.troupe.test", "localhost", port))
              .toList();

      assertOneCluster(nodes);
    }
  }

  /// Elsewhere loopback has one address unless somebody adds more.
  @Test
  @EnabledOnOs(OS.LINUX)
  void nodesFormOneClusterByTheAddressesOfAName() throws IOException {
    int port = FreePorts.one();
    var addresses = List.of("127.0.0.11", "127.0.0.12", "127.0.0.13");
    try (var names = NameServer.ofAddresses("troupe.test", addresses)) {
      var nodes =
          addresses.stream().map(address -> start(names, "troupe.test", address, port)).toList();

      assertOneCluster(nodes);
    }
  }

  private void assertOneCluster(List<CompletableFuture<Node>> starting) {
    try {
      var nodes =
          starting.stream().map(node -> TestManagement.of(node.join().management())).toList();
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(nodes.stream().map(DiscoveryEndToEndTest::membership).distinct())
                  .singleElement()
                  .satisfies(all -> assertThat(all.members()).hasSize(3)));
    } finally {
      stop(starting.stream());
    }
  }

  private static Membership membership(TestManagement node) {
    var cluster = node.json("/cluster/members");
    return new Membership(
        cluster.path("leader").asText(),
        cluster
            .path("members")
            .valueStream()
            .map(member -> member.path("address").asText())
            .collect(toSet()));
  }

  private CompletableFuture<Node> start(NameServer names, String name, String host, int port) {
    var settings =
        """
        troupe.cluster { roles = [scheduler], host = "%s" }
        troupe.cluster.discovery { method = dns, required-contact-points = 3, dns.name = "%s" }
        troupe.management { host = "%s", port = %d }
        """
            .formatted(host, name, host, port);
    var config =
        TestNode.config(
            folder.resolve(host + "-" + port), List.of(), settings + QUICKLY + names.settings());
    return Node.start(config)
        .toCompletableFuture()
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static void stop(Stream<CompletableFuture<Node>> nodes) {
    nodes
        .filter(node -> node.isDone() && !node.isCompletedExceptionally())
        .map(node -> node.join().stop().toCompletableFuture())
        .toList()
        .forEach(stopped -> stopped.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join());
  }
}
