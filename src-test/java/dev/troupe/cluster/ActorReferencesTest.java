package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActorReferencesTest {

  private static final ActorTestKit testKit = TestNodes.create("");
  private static final ActorRefResolver pekko = ActorRefResolver.get(testKit.system());

  private final ActorReferences references =
      new ActorReferences((ExtendedActorSystem) Adapter.toClassic(testKit.system()));

  @AfterAll
  static void shutdown() {
    testKit.shutdownTestKit();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pekko://troupe@10.0.0.7:7355/system/calls/$a#77",
        "pekko://troupe@10.0.0.7:7355/system/calls/$b#-1234567",
        "pekko://troupe@10.0.0.7:7355/system/calls",
        "pekko://troupe@10.0.0.7:7355/",
        "pekko://troupe@gpu-3.example.org:7355/system/sharding/program/12/a%2Fb#5",
        "pekko://other@10.0.0.7:7355/user/a:b",
        "pekko://troupe/deadLetters",
        "nobody",
        "",
        "user/a",
        "pekko://troupe",
        "pekko://troupe@10.0.0.7/user/a",
        "pekko://troupe@10.0.0.7:7355/user/a b/c",
        "http://example.org/user/a",
      })
  void readsWhatPekkoReads(String text) {
    for (int time = 0; time < 2; time++) {
      var read = references.read(text);

      assertThat((Object) read).isEqualTo(pekko.resolveActorRef(text));
      assertThat(references.text(read))
          .isEqualTo(pekko.toSerializationFormat(pekko.resolveActorRef(text)));
    }
  }

  @Test
  void findsAnActorOfThisNodeAndNoneThatHadItsName() {
    TestProbe<String> probe = testKit.createTestProbe();
    var text = references.text(probe.ref());
    ActorRef<String> there = typed(references.read(text));
    ActorRef<String> before = typed(references.read(text.replaceAll("#.*", "#1")));

    before.tell("lost");
    there.tell("found");

    probe.expectMessage("found");
  }

  @SuppressWarnings("unchecked")
  private static <T> ActorRef<T> typed(ActorRef<?> reference) {
    return (ActorRef<T>) reference;
  }
}
