package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.node.TestNode.chat;
import static dev.troupe.node.TestNode.json;
import static dev.troupe.node.TestNode.streamedChat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two nodes as one, in this JVM, over real sockets.
@Timeout(120)
class ClusterEndToEndTest {

  private static final int ENDLESS = 100_000;

  @TempDir private Path folder;

  @Test
  void servesAProgramByAnEngineOfOneNodeWhicheverNodeIsAsked() {
    try (var engine = TestEngine.start("only", "m", 4);
        var first = node("a", List.of(engine.entry()), "");
        var second = node("b", List.of(), first.asSeed())) {
      second.awaitEngines("only");

      assertThat(first.call("p", "c1", chat("m", "Hello", 4)).join().statusCode()).isEqualTo(200);
      assertThat(second.call("p", "c2", chat("m", "Hello", 4)).join().statusCode()).isEqualTo(200);

      await()
          .atMost(PATIENCE)
          .until(() -> second.program("p").path("completed_calls").asInt() == 2);
      // As soon as the nodes' directories have heard of each other.
      await()
          .atMost(PATIENCE)
          .until(() ->
              json(first.get("/v1/programs").body()).path("data").size() == 1
                  && json(second.get("/v1/programs").body()).path("data").size() == 1);
    }
  }

  @Test
  void fillsAnEngineThatBothNodesHaveOnlyOnce() {
    try (var engine = TestEngine.start("shared", "m", 2, "--decode-micros=2000");
        var first = node("a", List.of(engine.entry()), "");
        var second = node("b", List.of(engine.entry()), first.asSeed())) {
      second.awaitEngines("shared");
      var calls =
          List.of(
              first.open("p1", "c1", streamedChat("m", "Tell", ENDLESS)),
              second.open("p2", "c2", streamedChat("m", "Tell", ENDLESS)),
              first.open("p3", "c3", streamedChat("m", "Tell", ENDLESS)),
              second.open("p4", "c4", streamedChat("m", "Tell", ENDLESS)));

      engine.awaitRunning(2);
      await().atMost(PATIENCE).until(() -> first.leases() == 2 && second.leases() == 2);
      assertThat(engine.stats().running()).isEqualTo(2);
      calls.forEach(TestCall::close);
      await().atMost(PATIENCE).until(() -> first.leases() == 0 && second.leases() == 0);
    }
  }

  @Test
  void keepsTheLeasesOfAnEngineWhoseActorMovesWithItsNodeLeaving() {
    try (var engine = TestEngine.start("moving", "m", 2, "--decode-micros=2000");
        var first = node("a", List.of(engine.entry()), "")) {
      TestCall running;
      try (var second = node("b", List.of(engine.entry()), first.asSeed())) {
        second.awaitEngines("moving");
        running = first.open("p1", "c1", streamedChat("m", "Tell", ENDLESS));
        running.readTo("data: ");
      }
      // One of the two slots is taken, whichever node watches the engine now.
      await().atMost(PATIENCE).until(() -> first.isReachable("moving") && first.leases() == 1);
      running.readTo("data: ");
      assertThat(TestEngine.starts(engine.stats(), "c1")).isEqualTo(1);
      assertThat(first.call("p2", "c2", chat("m", "Hello", 4)).join().statusCode()).isEqualTo(200);
      running.close();
      await().atMost(PATIENCE).until(() -> first.leases() == 0);
    }
  }

  private TestNode node(String name, List<String> engines, String settings) {
    return TestNode.start(folder.resolve(name), engines, settings);
  }
}
