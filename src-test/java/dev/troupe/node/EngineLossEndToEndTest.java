package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.node.TestNode.chat;
import static dev.troupe.node.TestNode.json;
import static dev.troupe.node.TestNode.streamedChat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.troupe.simulated.Fault;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Engines that die or break off, seen from the client.
@Timeout(120)
class EngineLossEndToEndTest {

  private static final int ENDLESS = 100_000;

  /// A connection that served before is tried once more anew when it breaks before the first byte.
  private static final int BOTH = 2;

  private static final TestEngineProcess mortal = TestEngineProcess.start("mortal");
  private static final TestEngine left = TestEngine.start("left", "pair", 1);
  private static final TestEngine right = TestEngine.start("right", "pair", 1);
  private static final TestEngine doomed = TestEngine.start("doomed", "doomed", 1);
  private static final TestEngine flaky = TestEngine.start("flaky", "flaky", 1);

  @TempDir private static Path folder;
  private static TestNode node;

  @BeforeAll
  static void start() {
    var entries =
        List.of(mortal.entry(), left.entry(), right.entry(), doomed.entry(), flaky.entry());
    node = TestNode.start(folder, entries, "");
  }

  @AfterAll
  static void stop() {
    node.close();
    List.of(left, right, doomed, flaky).forEach(TestEngine::close);
    mortal.close();
  }

  @Test
  void killedEngineEndsItsStreamWithATypedErrorAndServesAgainWhenItIsBack() {
    var stream = node.open("cut", "cut", streamedChat("mortal", "Tell a story", ENDLESS));
    stream.readTo("data: ");

    mortal.kill();

    var error = json(stream.readEvents().getLast()).path("error");
    assertThat(error.path("type").asText()).isEqualTo("engine_error");
    assertThat(error.path("code").asText()).isEqualTo("engine_lost");
    assertThat(error.path("trace_id").asText()).isNotBlank();
    await().atMost(PATIENCE).until(() -> !node.isReachable("mortal") && node.leases() == 0);

    var meanwhile = node.call("patient", "patient", chat("mortal", "Are you there?", 2));
    node.awaitWaiting("patient");
    mortal.startAgain();

    assertThat(meanwhile.join().statusCode()).isEqualTo(200);
    await().atMost(PATIENCE).until(() -> node.openCalls() == 0);
  }

  @Test
  void callWhoseEngineIsLostBeforeTheFirstByteIsServedByAnotherUnseen() {
    var holder = node.open("holder", "hold", streamedChat("pair", "Hold on", ENDLESS));
    holder.readTo("data: ");
    var busy = left.stats().running() == 1 ? left : right;
    var free = busy == left ? right : left;
    free.inject(new Fault.BreakBeforeFirstByte(), BOTH);

    var broken = free.when(stats -> stats.broken() > 0);
    var call = node.call("mover", "moved", chat("pair", "Hello", 2));
    broken.join();
    holder.close();

    var answer = call.join();
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("X-Troupe-Engine")).hasValue(busy.name());
    assertThat(TestEngine.starts(free.stats(), "moved")).isBetween(1, BOTH);
    assertThat(TestEngine.starts(busy.stats(), "moved")).isEqualTo(1);
    await().atMost(PATIENCE).until(() -> node.leases() == 0);
  }

  @Test
  void callThatIsLostOnEachAttemptFailsAndIsTriedNoMore() {
    doomed.inject(new Fault.BreakBeforeFirstByte(), 3 * BOTH);

    var answer = node.call("unlucky", "lost", chat("doomed", "Hello", 2)).join();

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(json(answer.body()).at("/error/code").asText()).isEqualTo("engine_lost");
    assertThat(TestEngine.starts(doomed.stats(), "lost")).isBetween(3, 3 * BOTH);
    await().atMost(PATIENCE).until(() -> node.leases() == 0);
  }

  @Test
  void streamsOfSeveralClientsEndOnceEachWhenTheirEngineBreaksThem() {
    flaky.inject(new Fault.BreakMidStream(3), 2);

    for (var name : List.of("broken-1", "broken-2")) {
      try (var stream = node.open(name, name, streamedChat("flaky", "Hello", 50))) {
        var events = stream.readEvents();

        assertThat(json(events.getLast()).at("/error/code").asText()).isEqualTo("engine_lost");
        assertThat(events.subList(0, events.size() - 1))
            .allMatch(event -> event.contains("choices"));
      }
    }
    assertThat(flaky.stats().broken()).isGreaterThanOrEqualTo(2);
  }
}
