package dev.troupe.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.cluster.Cluster;

/// Nodes on loopback, several of them in one JVM.
final class TestNodes {

  private static final String IN_TESTS =
      """
      pekko.coordinated-shutdown { exit-jvm = off, run-by-jvm-shutdown-hook = off }
      pekko.cluster.split-brain-resolver.stable-after = 2s
      pekko.cluster { gossip-interval = 200ms, leader-actions-interval = 200ms }
      pekko.loglevel = "WARNING"
      """;

  private TestNodes() {}

  /// A node that has not joined yet.
  ///
  /// @param overrides of the configuration, as HOCON
  static ActorTestKit create(String overrides) {
    return ActorTestKit.create(
        ClusterSettings.SYSTEM, ClusterSettings.nodeConfig(inTests(overrides)));
  }

  /// A JVM that has not joined as a client yet.
  static ActorTestKit createClient(String overrides) {
    return ActorTestKit.create(
        ClusterSettings.SYSTEM, ClusterSettings.clientConfig(inTests(overrides)));
  }

  /// Joins the seeds that the node was created with, or forms a cluster of one.
  static void join(ActorTestKit node) {
    Membership.join(node.system(), ClusterSettings.of(node.system().settings().config()))
        .toCompletableFuture()
        .orTimeout(30, TimeUnit.SECONDS)
        .join();
  }

  /// The setting that makes another node join this one.
  static String seededBy(ActorTestKit node) {
    var address = Cluster.get(node.system()).selfAddress();
    return "troupe.cluster.seeds = [\"%s:%d\"]%n"
        .formatted(address.getHost().orElseThrow(), address.getPort().orElseThrow());
  }

  private static Config inTests(String overrides) {
    return ConfigFactory.parseString(overrides).withFallback(ConfigFactory.parseString(IN_TESTS));
  }
}
