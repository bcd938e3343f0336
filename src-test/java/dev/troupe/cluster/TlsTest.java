package dev.troupe.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.MemberStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Who gets into a cluster whose nodes speak by TLS, by sockets on loopback.
@Timeout(120)
class TlsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// Several times what a node takes to join.
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(5);

  private final List<ActorTestKit> nodes = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void shutdown() {
    nodes.reversed().forEach(ActorTestKit::shutdownTestKit);
  }

  @Test
  void nodesThatShareAKeyFormACluster() {
    var key = TestKeys.shared(folder, "cluster").settings();
    var first = founded(key);

    TestNodes.join(create(key + TestNodes.seededBy(first)));

    assertThat(membersUp(first)).isEqualTo(2);
  }

  @Test
  void nodesWithCertificatesOfOneAuthorityAndOneNameFormACluster() {
    var authority = TestKeys.authority(folder);
    var first = founded(authority.certificate("node-1", "troupe-nodes").settings());
    var second = authority.certificate("node-2", "troupe-nodes").settings();

    TestNodes.join(create(second + TestNodes.seededBy(first)));

    assertThat(membersUp(first)).isEqualTo(2);
  }

  @Test
  void aNodeWithTheKeyOfAnotherClusterStaysOut() {
    var first = founded(TestKeys.shared(folder, "cluster").settings());

    assertStaysOut(TestKeys.shared(folder, "other").settings(), first);
  }

  @Test
  void aNodeWithoutAKeyStaysOut() {
    var first = founded(TestKeys.shared(folder, "cluster").settings());

    assertStaysOut("", first);
  }

  @Test
  void aNodeWithAKeyFindsNoneThatHasNone() {
    var first = founded("");

    assertStaysOut(TestKeys.shared(folder, "cluster").settings(), first);
  }

  @Test
  void aServiceOfTheSameAuthorityWithAnotherNameStaysOut() {
    var authority = TestKeys.authority(folder);
    var first = founded(authority.certificate("node-1", "troupe-nodes").settings());

    assertStaysOut(authority.certificate("web", "web-shop").settings(), first);
  }

  @Test
  void whatIsNoTlsIsCutOff() throws IOException {
    var first = founded(TestKeys.shared(folder, "cluster").settings());
    var address = Cluster.get(first.system()).selfMember().address();

    try (var socket =
        new Socket(address.getHost().orElseThrow(), address.getPort().orElseThrow())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      // How a connection between nodes begins without TLS.
      socket.getOutputStream().write("AKKA\1".getBytes(US_ASCII));
      socket.getOutputStream().write(new byte[64]);

      assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(64);
    }
  }

  private void assertStaysOut(String settings, ActorTestKit cluster) {
    var stranger = create(settings + TestNodes.seededBy(cluster));
    Membership.join(stranger.system(), ClusterSettings.of(stranger.system().settings().config()));

    await()
        .during(LONG_ENOUGH)
        .atMost(PATIENCE)
        .until(() -> membersUp(cluster) == 1 && members(cluster) == 1 && membersUp(stranger) == 0);
  }

  private ActorTestKit founded(String settings) {
    var node = create(settings);
    TestNodes.join(node);
    return node;
  }

  private ActorTestKit create(String settings) {
    var node = TestNodes.create(settings);
    nodes.add(node);
    return node;
  }

  private static int members(ActorTestKit node) {
    return Cluster.get(node.system()).state().members().size();
  }

  private static long membersUp(ActorTestKit node) {
    return StreamSupport.stream(
            Cluster.get(node.system()).state().getMembers().spliterator(), false)
        .filter(member -> member.status().equals(MemberStatus.up()))
        .count();
  }
}
