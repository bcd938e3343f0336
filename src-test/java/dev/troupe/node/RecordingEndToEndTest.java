package dev.troupe.node;

import static dev.troupe.node.TestNode.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troupe.cluster.ModelRequest;
import dev.troupe.cluster.Troupe;
import dev.troupe.simulation.workload.CallTrace;
import dev.troupe.simulation.workload.ProgramTrace;
import dev.troupe.simulation.workload.TraceReader;
import dev.troupe.simulation.workload.WaitRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a node has recorded of its traffic, read as the laboratory reads it.
@Timeout(120)
class RecordingEndToEndTest {

  private static final String MODEL = "recorded";
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Fills several blocks.
  private static final String LONG_TEXT = "the same words again and again ".repeat(40);

  @TempDir private Path folder;

  @Test
  void servedCallsCanBePlayedAgain() throws IOException {
    var file = folder.resolve("calls.jsonl");
    List<JsonNode> usages;
    try (var engine = TestEngine.start(MODEL, MODEL, 4, "--decode-micros=1000");
        var node =
            TestNode.start(
                folder.resolve("node"),
                List.of(engine.entry()),
                "troupe.recording.file = \"%s\"".formatted(file))) {
      usages = converse(node);
      var refused = node.call("refused", "refused-1", chat("unknown", "hello", 4)).join();
      assertThat(refused.statusCode()).isEqualTo(404);
      Troupe.get(node.system())
          .program("from-the-jvm")
          .call(ModelRequest.chat(chat(MODEL, "hello", 9)).named("jvm-1"))
          .runWith(Sink.ignore(), node.system())
          .toCompletableFuture()
          .join();
    }

    var programs = new TraceReader(WaitRule.asRecorded(), 1).read(file).programs();

    assertThat(programs).extracting(ProgramTrace::id).containsExactly("talk", "from-the-jvm");
    var talk = programs.getFirst().calls();
    assertThat(talk)
        .extracting(CallTrace::parents)
        .containsExactly(List.of(), List.of(0), List.of(1));
    assertThat(talk)
        .extracting(CallTrace::promptTokens)
        .containsExactlyElementsOf(counts(usages, "prompt_tokens"));
    assertThat(talk)
        .extracting(CallTrace::outputTokens)
        .containsExactlyElementsOf(counts(usages, "completion_tokens"));
    // The first prompt is the beginning of the second, and that of the third.
    for (int at = 0; at < 2; at++) {
      assertThat(talk.get(at + 1).prompt().shared(talk.get(at).prompt()))
          .isEqualTo(talk.get(at).promptTokens() / 16);
    }
    assertThat(programs.getLast().calls())
        .singleElement()
        .extracting(CallTrace::outputTokens)
        .isEqualTo(9);
  }

  /// Three calls of a program, of which each repeats the one before and its answer.
  ///
  /// @return what the engine counted
  private static List<JsonNode> converse(TestNode node) throws IOException {
    var body = JSON.createObjectNode().put("model", MODEL).put("max_tokens", 20);
    var messages = body.putArray("messages");
    var usages = new ArrayList<JsonNode>();
    for (int turn = 0; turn < 3; turn++) {
      messages.addObject().put("role", "user").put("content", turn + LONG_TEXT);
      var answer = JSON.readTree(node.call("talk", "talk-" + turn, body.toString()).join().body());
      messages.add(answer.at("/choices/0/message"));
      usages.add(answer.path("usage"));
    }
    return usages;
  }

  private static List<Integer> counts(List<JsonNode> usages, String field) {
    return usages.stream().map(usage -> usage.path(field).asInt()).toList();
  }
}
