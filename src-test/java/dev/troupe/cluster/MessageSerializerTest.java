package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.actor.EngineActor;
import dev.troupe.actor.ProgramActor;
import dev.troupe.cluster.Samples.Extent;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.Lease;
import dev.troupe.program.Call;
import dev.troupe.program.CallOutcome;
import dev.troupe.program.Remote;
import dev.troupe.program.Tenant;
import dev.troupe.program.Usage;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.jackson.JacksonCborSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What is said for every call has the bytes that Jackson would write, and any bytes that it would read.
class MessageSerializerTest {

  private static final int ROUNDS = 30;

  /// Pekko's of `jackson-cbor`.
  private static final int IDENTIFIER = 33;

  private static final ActorTestKit testKit = TestNodes.create("");
  private static final Serialization ours = SerializationExtension.get(testKit.system());
  private static final ActorTestKit before =
      TestNodes.create(
          "pekko.actor.serializers.jackson-cbor = \""
              + JacksonCborSerializer.class.getName()
              + "\"");
  private static final Serialization jackson = SerializationExtension.get(before.system());
  private static final ActorRef<?> actor =
      ActorRefResolver.get(testKit.system())
          .resolveActorRef("pekko://troupe@10.0.0.7:7355/system/calls/$a#77");

  @AfterAll
  static void shutdown() {
    testKit.shutdownTestKit();
    before.shutdownTestKit();
  }

  @ParameterizedTest
  @MethodSource("ofEveryCall")
  void writesTheBytesThatJacksonDoes(Class<?> type) {
    for (var extent : Extent.values()) {
      var message = new Samples(actor, extent).record(type);

      assertThat(written(ours, message)).isEqualTo(written(jackson, message));
    }
  }

  @ParameterizedTest
  @MethodSource("ofEveryCall")
  void understandsJacksonAndIsUnderstoodByItWhateverIsSaid(Class<?> type) {
    var samples = new RandomSamples(actor, new Random(7));
    var form = forms().of(type);
    for (int round = 0; round < ROUNDS; round++) {
      var message = samples.of(type);
      var bytes = written(ours, message);
      var byJackson = written(jackson, message);

      assertThat(read(ours, bytes, type.getName())).isEqualTo(message);
      assertThat(read(jackson, bytes, type.getName())).isEqualTo(message);
      assertThat(form.read(new CborReader(byJackson))).isEqualTo(message);
    }
  }

  @ParameterizedTest
  @MethodSource("ofEveryCall")
  void takesNoPartOfAMessageForTheWhole(Class<?> type) {
    var form = forms().of(type);
    var whole = written(ours, new Samples(actor, Extent.LEAST).record(type));

    for (int length = 0; length < whole.length; length++) {
      var part = new CborReader(Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> form.read(part)).isInstanceOf(UnusualFormException.class);
    }
  }

  /// In parts, from 4,000 characters on.
  @Test
  void readsATextThatJacksonWritesInParts() {
    var message = new EngineActor.Declined(new Lease.Id("lease".repeat(1_000)));

    var byJackson = written(jackson, message);

    assertThat(read(ours, byJackson, EngineActor.Declined.class.getName())).isEqualTo(message);
  }

  /// `"cancelled": true` is left out by a build that does not know it, and one that knows more says more.
  @ParameterizedTest
  @CsvSource({"'', FAILED", "6963616e63656c6c6564f5656c6174657207, CANCELLED"})
  void readsAChargeOfABuildThatSaysLessOrMore(String said, CallOutcome outcome) {
    var bytes = HexFormat.of().formatHex(written(ours, charge(CallOutcome.CANCELLED)));
    var ofAnother = bytes.replace("6963616e63656c6c6564f5", said);

    assertThat(ofAnother).isNotEqualTo(bytes);
    assertThat(
            read(ours, HexFormat.of().parseHex(ofAnother), ProgramActor.CallEnded.class.getName()))
        .isEqualTo(charge(outcome));
  }

  private static ProgramActor.CallEnded charge(CallOutcome outcome) {
    return new ProgramActor.CallEnded(
        new Call.Id("c"),
        new EngineId("e"),
        new Usage(100, 0, 7),
        9,
        outcome,
        actor.unsafeUpcast());
  }

  @Test
  void makesNothingThatIsNoMessage() {
    assertThatThrownBy(() -> read(ours, new byte[] {0x60}, Tenant.class.getName()))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("no message");
  }

  @Test
  void saysThatItDoesNotKnowAMessageOfALaterBuild() {
    assertThatThrownBy(() -> read(ours, new byte[0], "dev.troupe.actor.CallActor$Later"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("not known");
  }

  static List<Class<? extends Remote>> ofEveryCall() {
    return MessageSerializer.OF_EVERY_CALL;
  }

  private static Forms forms() {
    return new Forms(
        new ActorReferences((ExtendedActorSystem) Adapter.toClassic(testKit.system())));
  }

  private static byte[] written(Serialization how, Object message) {
    return how.serialize(message).get();
  }

  private static Object read(Serialization how, byte[] bytes, String manifest) {
    return how.deserialize(bytes, IDENTIFIER, manifest).get();
  }
}
