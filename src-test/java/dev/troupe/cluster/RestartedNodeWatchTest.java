package dev.troupe.cluster;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whether a node hears what ends on another that was killed and started again, by sockets on loopback.
@Timeout(120)
class RestartedNodeWatchTest {

  /// Its end is as sudden as a killed process's, and nobody judges it before its successor joins.
  private static final String MORTAL =
      """
      pekko.coordinated-shutdown { run-by-actor-system-terminate = off, terminate-actor-system = off }
      pekko.cluster.downing-provider-class = ""
      """;

  /// Many more than the attempts of this test, each of which spends a few numbers itself.
  private static final int HEARD_TOO_EARLY = 200;

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<ActorTestKit> nodes = new ArrayList<>();

  @AfterEach
  void shutdown() {
    nodes.reversed().forEach(ActorTestKit::shutdownTestKit);
  }

  @Test
  void watchesReachANodeThatWasTalkedToBeforeItsPredecessorWasRemoved() {
    var first = create("");
    TestNodes.join(first);
    var killed = create(TestNodes.seededBy(first));
    TestNodes.join(killed);
    var address = Cluster.get(killed.system()).selfAddress();
    await().atMost(PATIENCE).until(() -> isUp(first, killed));
    killed.shutdownTestKit();
    var successor =
        create(
            TestNodes.seededBy(first) + "troupe.cluster.port = " + address.getPort().orElseThrow());
    connect(successor, first);
    for (int i = 0; i < HEARD_TOO_EARLY; i++) {
      var nobody = resolve(first, address + "/user/nobody-" + i);
      first.createTestProbe().expectTerminated(nobody, SOON);
    }

    TestNodes.join(successor);
    await().atMost(PATIENCE).until(() -> isUp(first, successor));

    await().atMost(PATIENCE).until(() -> hearsOfAnEnd(first, successor));
  }

  /// Returns when the one that hears has found out that the one that speaks is another than before.
  private static void connect(ActorTestKit speaking, ActorTestKit hearing) {
    var heard = hearing.<String>createTestProbe();
    var reference = ActorRefResolver.get(hearing.system()).toSerializationFormat(heard.ref());
    ActorRefResolver.get(speaking.system()).<String>resolveActorRef(reference).tell("hello");
    heard.expectMessage(SOON, "hello");
  }

  private static boolean hearsOfAnEnd(ActorTestKit listening, ActorTestKit other) {
    var ending = other.<Void>spawn(Behaviors.empty());
    var reference = ActorRefResolver.get(other.system()).toSerializationFormat(ending);
    other.stop(ending);
    try {
      listening
          .createTestProbe()
          .expectTerminated(resolve(listening, reference), Duration.ofSeconds(1));
      return true;
    } catch (AssertionError nothing) {
      return false;
    }
  }

  private static ActorRef<Void> resolve(ActorTestKit node, String reference) {
    return ActorRefResolver.get(node.system()).resolveActorRef(reference);
  }

  private static boolean isUp(ActorTestKit node, ActorTestKit other) {
    UniqueAddress sought = Cluster.get(other.system()).selfUniqueAddress();
    return StreamSupport.stream(
            Cluster.get(node.system()).state().getMembers().spliterator(), false)
        .anyMatch(member ->
            member.uniqueAddress().equals(sought) && member.status().equals(MemberStatus.up()));
  }

  private ActorTestKit create(String settings) {
    var node = TestNodes.create(MORTAL + settings);
    nodes.add(node);
    return node;
  }
}
