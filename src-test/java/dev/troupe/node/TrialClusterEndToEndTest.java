package dev.troupe.node;

import static dev.troupe.node.TestNode.chat;
import static dev.troupe.node.TestNode.json;
import static dev.troupe.node.TrialProcess.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `up --nodes`: processes that are killed, and come back or end.
@Tag("whole-machine")
@Timeout(600)
class TrialClusterEndToEndTest {

  private static final String PROGRAM = "/v1/programs/veteran";

  @TempDir private Path folder;
  private TestEngine engine;

  @BeforeEach
  void start() {
    engine = TestEngine.start("solo", "solo", 4);
  }

  @AfterEach
  void stop() {
    engine.close();
  }

  @Test
  void goesOnWithoutANodeThatIsKilledTakesItBackAndLeavesNothingBehind() {
    try (var trial = TrialProcess.start(3, folder, settings())) {
      call(trial, "before");
      var before = known(trial, 1);

      var victim = trial.members().getLast();
      victim.handle().destroyForcibly();
      // Until it is gone, the system still takes connections for it.
      victim.handle().onExit().join();
      call(trial, "first");
      call(trial, "second");
      var after = known(trial, 3);
      assertThat(service(after)).isGreaterThan(service(before));

      await().atMost(PATIENCE).until(victim::isReady);
      call(trial, "third");
      known(trial, 4);

      var processes = trial.processes();
      assertThat(processes).hasSize(4);
      trial.signal("INT");
      assertThat(trial.awaitEnd()).isEqualTo(130);
      assertThat(processes).noneMatch(ProcessHandle::isAlive);
    }
  }

  @Test
  void itsNodesEndWhenItIsKilled() {
    try (var trial = TrialProcess.start(2, folder, settings())) {
      var processes = trial.processes();
      assertThat(processes).hasSize(3);

      trial.signal("KILL");

      await().atMost(PATIENCE).until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  private String settings() {
    return "troupe.engines = [" + engine.entry() + "]";
  }

  /// On a connection of its own.
  private static void call(TrialProcess trial, String call) {
    try (var client = new KeepAliveClient(trial.port())) {
      var answer =
          client.post(chat("solo", "Hello", 5), "X-Program-Id: veteran", "X-Call-Id: " + call);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }
  }

  /// The program, as soon as it was charged for so many calls.
  private static JsonNode known(TrialProcess trial, int calls) {
    await()
        .atMost(PATIENCE)
        .until(() -> json(trial.get(PROGRAM)).path("completed_calls").asInt() == calls);
    return json(trial.get(PROGRAM));
  }

  private static double service(JsonNode program) {
    return program.path("service_ms").asDouble();
  }
}
