package dev.troupe.node;

import static dev.troupe.node.TestNode.chat;
import static dev.troupe.node.TestNode.streamedChat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.troupe.simulated.SimulatedStats;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Programs that compete for the slots of one engine, through HTTP.
///
/// An output token counts 10 ms of service and takes 5 ms here. Level 0 ends at 16 tokens, 160 ms of
/// service; the next levels at 320, 640, 1280 ms.
///
/// In each test a call that never ends takes the slots while the others queue. It leaves when all
/// wait: then the order in which the engine starts them is the scheduler's.
@Timeout(90)
class SchedulingEndToEndTest {

  private static final String MODEL = "stage";
  private static final int ENDLESS = 100_000;

  @TempDir private Path folder;

  @Test
  void newcomerOvertakesAVeteranUnderPlas() {
    assertThat(firstOfVeteranAndNewcomer("plas")).isEqualTo("newcomer-1");
  }

  @Test
  void newcomerDoesNotOvertakeAVeteranUnderFcfs() {
    assertThat(firstOfVeteranAndNewcomer("fcfs")).isEqualTo("veteran-2");
  }

  /// @return the call that the engine starts first, of two of which the veteran's came first
  private String firstOfVeteranAndNewcomer(String discipline) {
    try (var engine = engine(1);
        var node = node(engine, "discipline = " + discipline)) {
      // 24 tokens are 240 ms of service: level 1.
      node.call("veteran", "veteran-1", chat(MODEL, "hello", 24)).join();
      var blocker = block(node, engine);
      var veteran = node.call("veteran", "veteran-2", chat(MODEL, "go on", 4));
      node.awaitWaiting("veteran");
      var newcomer = node.call("newcomer", "newcomer-1", chat(MODEL, "hello", 4));
      node.awaitWaiting("newcomer");

      var first =
          engine.when(stats ->
              TestEngine.starts(stats, "veteran-2") + TestEngine.starts(stats, "newcomer-1") > 0);
      blocker.close();

      assertThat(veteran.join().statusCode()).isEqualTo(200);
      assertThat(newcomer.join().statusCode()).isEqualTo(200);
      return TestEngine.starts(first.join(), "veteran-2") == 1 ? "veteran-2" : "newcomer-1";
    }
  }

  /// The veteran has 640 ms of service. At a ratio of 2 it starves when it has waited 1280 ms, time for
  /// 13 newcomers of 20 tokens, 100 ms each; one more may run when it does. Without promotion it would
  /// have to wait for all 60, 6 s.
  @Test
  void starvingProgramIsPromotedWithinTheBound() {
    try (var engine = engine(1);
        var node =
            node(
                engine,
                "discipline = plas, starvation-ratio = 2.0, starvation-threshold = 100ms")) {
      node.call("veteran", "veteran-1", chat(MODEL, "hello", 64)).join();
      var blocker = block(node, engine);
      var veteran = node.call("veteran", "veteran-2", chat(MODEL, "go on", 4));
      node.awaitWaiting("veteran");
      var newcomers =
          IntStream.range(0, 60)
              .mapToObj(at -> node.open("newcomer-" + at, "newcomer-" + at, chat(MODEL, "hi", 20)))
              .toList();
      node.awaitWaiting("newcomer-0");

      var promoted = engine.when(stats -> TestEngine.starts(stats, "veteran-2") == 1);
      blocker.close();

      assertThat(newcomersStarted(promoted.join())).isLessThanOrEqualTo(14);
      assertThat(veteran.join().statusCode()).isEqualTo(200);
      assertThat(node.program("veteran").path("is_promoted").asBoolean()).isTrue();
      newcomers.forEach(TestCall::close);
    }
  }

  private static int newcomersStarted(SimulatedStats stats) {
    return (int)
        stats.executions().keySet().stream().filter(name -> name.startsWith("newcomer-")).count();
  }

  /// Its branches have 100 ms and 600 ms of service: the reducer stands in level 2, [320, 640), before
  /// a rival with 700 ms, level 3, that came first. By the program's sum, 700 ms, it would stand behind
  /// it.
  @Test
  void reducerHasThePriorityOfItsLongestBranch() {
    try (var engine = engine(2);
        var node = node(engine, "discipline = atlas")) {
      var shortBranch = node.call("tree", "map-1", chat(MODEL, "the first part", 10));
      var longBranch = node.call("tree", "map-2", chat(MODEL, "the second part", 60));
      var chain = node.call("rival", "rival-1", chat(MODEL, "all of it", 70));
      CompletableFuture.allOf(shortBranch, longBranch, chain).join();

      var blockers = List.of(block(node, engine), block(node, engine));
      var rival = node.call("rival", "rival-2", chat(MODEL, "go on", 4));
      node.awaitWaiting("rival");
      var reducer = reduce(node, "tree", "reduce", "map-1, map-2");
      node.awaitWaiting("tree");

      var first =
          engine.when(stats ->
              TestEngine.starts(stats, "rival-2") + TestEngine.starts(stats, "reduce") > 0);
      blockers.getFirst().close();

      assertThat(TestEngine.starts(first.join(), "reduce")).isEqualTo(1);
      assertThat(reducer.join().statusCode()).isEqualTo(200);
      assertThat(rival.join().statusCode()).isEqualTo(200);
      blockers.getLast().close();
      assertThat(node.callOf("tree", "reduce").path("path_ms").asDouble())
          .isCloseTo(node.callOf("tree", "map-2").path("service_ms").asDouble(), within(0.01));
      assertThat(node.callOf("tree", "reduce").path("level").asInt()).isEqualTo(2);
    }
  }

  private static CompletableFuture<HttpResponse<String>> reduce(
      TestNode node, String program, String call, String parents) {
    return node.send(
        "/v1/chat/completions",
        chat(MODEL, "put it together", 4),
        "X-Program-Id",
        program,
        "X-Call-Id",
        call,
        "X-Parent-Call-Ids",
        parents);
  }

  private static TestEngine engine(int slots) {
    return TestEngine.start(MODEL, MODEL, slots, "--decode-micros=5000", "--prefill-micros=0");
  }

  private TestNode node(TestEngine engine, String schedule) {
    return TestNode.start(
        folder,
        List.of(engine.entry()),
        "troupe.schedule { base-quantum-tokens = 16, " + schedule + " }");
  }

  /// Takes one more slot until it is closed.
  private static TestCall block(TestNode node, TestEngine engine) {
    int running = engine.stats().running();
    var blocker = node.open("blocker-" + running, "block", streamedChat(MODEL, "stay", ENDLESS));
    engine.awaitRunning(running + 1);
    return blocker;
  }
}
