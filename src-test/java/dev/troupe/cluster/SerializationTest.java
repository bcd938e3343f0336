package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.troupe.actor.ProgramActor;
import dev.troupe.actor.SchedulerActor;
import dev.troupe.cluster.Samples.Extent;
import dev.troupe.program.Remote;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.SerializationTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SerializationTest {

  private static final ActorTestKit testKit = TestNodes.create("");
  private static final SerializationTestKit serialization =
      new SerializationTestKit(testKit.system());
  private static final ActorRef<?> actor = testKit.createTestProbe().ref();

  @AfterAll
  static void shutdown() {
    testKit.shutdownTestKit();
  }

  @ParameterizedTest
  @MethodSource("remoteMessages")
  void carriesEveryRemoteMessageWhole(Class<?> message) {
    for (var extent : Extent.values()) {
      serialization.verifySerialization(new Samples(actor, extent).record(message), true);
    }
  }

  @Test
  void findsTheRemoteMessages() {
    assertThat(remoteMessages()).contains(ProgramActor.Submit.class, SchedulerActor.Offer.class);
  }

  @Test
  void keepsACallWithALongPromptSmall() {
    // 128 boundaries take 8 bytes of hash and 2 of tokens each: 1280 bytes. The rest of the message
    // is names and identifiers, about 540 bytes of them where every optional part is present.
    assertThat(bytes(ProgramActor.Submit.class, Extent.MOST)).isBetween(1280, 1280 + 700);
    assertThat(bytes(SchedulerActor.Enqueue.class, Extent.MOST)).isBetween(1280, 1280 + 700);
  }

  @Test
  void needsNoPrefixToSayThatACallWaits() {
    assertThat(bytes(ProgramActor.Submit.class, Extent.LEAST)).isLessThan(600);
    assertThat(bytes(SchedulerActor.Enqueue.class, Extent.LEAST)).isLessThan(600);
  }

  static Stream<Class<?>> remoteMessages() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.troupe")
            .stream()
            .filter(type -> type.isAssignableTo(Remote.class) && !type.isInterface())
            .map(type -> (Class<?>) type.reflect());
  }

  private static int bytes(Class<?> message, Extent extent) {
    return SerializationExtension.get(testKit.system())
        .serialize(new Samples(actor, extent).record(message))
        .get()
        .length;
  }
}
