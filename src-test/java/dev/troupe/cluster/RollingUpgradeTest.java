package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import dev.troupe.actor.ProgramActor;
import dev.troupe.actor.SchedulerActor;
import dev.troupe.cluster.Samples.Extent;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// While nodes are replaced one by one, those of the previous build and of this one speak to each other.
class RollingUpgradeTest {

  private static final ActorTestKit testKit = TestNodes.create("");
  private static final CBORMapper CBOR = new CBORMapper();

  @AfterAll
  static void shutdown() {
    testKit.shutdownTestKit();
  }

  @ParameterizedTest
  @MethodSource("writtenByThePreviousBuild")
  void readsWhatThePreviousBuildSends(Path written) throws Exception {
    var name = written.getFileName().toString();
    var type = Class.forName(name.substring(0, name.lastIndexOf('.')));

    assertThat(read(type, Files.readAllBytes(written))).isInstanceOf(type);
  }

  @ParameterizedTest
  @MethodSource("dev.troupe.cluster.SerializationTest#remoteMessages")
  void ignoresWhatALaterBuildAdds(Class<?> type) throws Exception {
    var sent = new Samples(testKit.system().deadLetters(), Extent.MOST).record(type);
    var withMore = (ObjectNode) CBOR.readTree(WireSamples.write(testKit, type, Extent.MOST));
    addEverywhere(withMore);

    assertThat(read(type, CBOR.writeValueAsBytes(withMore))).isEqualTo(sent);
  }

  /// A build that knows no priorities says none.
  @Test
  void takesAProgramOfThePreviousBuildForOneWithoutAPriority() throws Exception {
    var submit = (ProgramActor.Submit) readWithout("priority", ProgramActor.Submit.class);
    var open = (ProgramActor.Open) readWithout("priority", ProgramActor.Open.class);
    var enqueue = (SchedulerActor.Enqueue) readWithout("ofProgram", SchedulerActor.Enqueue.class);
    var described = (ProgramActor.Described) readWithout("priority", ProgramActor.Described.class);

    assertThat(submit.priority()).isEmpty();
    assertThat(open.priority()).isEmpty();
    assertThat(enqueue.priority().ofProgram()).isZero();
    assertThat(described.view().orElseThrow().priority()).isZero();
  }

  /// A build to which nobody says how many calls are to come tells nothing of it.
  @Test
  void takesAProgramOfThePreviousBuildForOneOfAnUnknownLength() throws Exception {
    var name = "remainingCalls";
    var submit = (ProgramActor.Submit) readWithout(name, ProgramActor.Submit.class);
    var open = (ProgramActor.Open) readWithout(name, ProgramActor.Open.class);
    var enqueue = (SchedulerActor.Enqueue) readWithout(name, SchedulerActor.Enqueue.class);
    var described = (ProgramActor.Described) readWithout(name, ProgramActor.Described.class);

    assertThat(submit.remainingCalls()).isEmpty();
    assertThat(open.remainingCalls()).isEmpty();
    assertThat(enqueue.priority().remainingCalls()).isEmpty();
    assertThat(described.view().orElseThrow().remainingCalls()).isEmpty();
  }

  private static Object readWithout(String component, Class<?> type) throws Exception {
    var written = (ObjectNode) CBOR.readTree(WireSamples.write(testKit, type, Extent.MOST));
    assertThat(written.findParents(component)).isNotEmpty();
    removeEverywhere(written, component);
    return read(type, CBOR.writeValueAsBytes(written));
  }

  /// A record of that name stays.
  private static void removeEverywhere(ObjectNode record, String component) {
    for (JsonNode nested : record) {
      if (nested instanceof ObjectNode object) {
        removeEverywhere(object, component);
      }
    }
    if (record.path(component).isValueNode()) {
      record.remove(component);
    }
  }

  static Stream<Path> writtenByThePreviousBuild() throws IOException, URISyntaxException {
    var folder = Path.of(RollingUpgradeTest.class.getResource("/wire").toURI());
    try (var files = Files.list(folder)) {
      return files.sorted().toList().stream();
    }
  }

  private static Object read(Class<?> type, byte[] bytes) throws Exception {
    var serialization = SerializationExtension.get(testKit.system());
    return serialization
        .deserialize(bytes, serialization.serializerFor(type).identifier(), type.getName())
        .get();
  }

  /// One more component in the record and in those that it has as components. A map would take it for
  /// an entry.
  private static void addEverywhere(ObjectNode record) {
    for (JsonNode component : record) {
      if (component instanceof ObjectNode nested && !nested.isEmpty() && !isMap(nested)) {
        addEverywhere(nested);
      }
    }
    record.put("added-later", 1);
  }

  /// Keys of the samples' maps are text that names no component.
  private static boolean isMap(ObjectNode node) {
    return node.fieldNames().next().contains(" ");
  }
}
