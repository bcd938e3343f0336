package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.node.TestNode.chat;
import static dev.troupe.node.TestNode.streamedChat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Actors that fail while calls wait and run.
@Timeout(90)
class SchedulerLossEndToEndTest {

  private static final int ENDLESS = 100_000;

  @Test
  void waitingCallsOutliveTheirSchedulerAndProgramsAndRunOnce(@TempDir Path folder) {
    try (var engine = TestEngine.start("solo", "solo", 1, "--decode-micros=2000");
        var node = TestNode.start(folder, List.of(engine.entry()), "")) {
      var runner = node.open("runner", "run", streamedChat("solo", "Tell", ENDLESS));
      runner.readTo("data: ");
      var waiting =
          IntStream.range(0, 10)
              .mapToObj(at -> node.call("waiter-" + at, "wait-" + at, chat("solo", "Hello", 5)))
              .toList();
      IntStream.range(0, 10).forEach(at -> node.awaitWaiting("waiter-" + at));

      node.failScheduler("solo");
      runner.readTo("data: ");
      node.failPrograms();
      node.failScheduler("solo");
      runner.readTo("data: ");
      runner.close();

      for (var call : waiting) {
        assertThat(call.join().statusCode()).isEqualTo(200);
      }
      IntStream.range(0, 10)
          .forEach(at -> assertThat(TestEngine.starts(engine.stats(), "wait-" + at)).isEqualTo(1));
      assertThat(TestEngine.starts(engine.stats(), "run")).isEqualTo(1);
      await().atMost(PATIENCE).until(() -> node.leases() == 0 && node.openCalls() == 0);
      assertThat(engine.stats().running()).isZero();
    }
  }
}
