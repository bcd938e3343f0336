package dev.troupe.node;

import static dev.troupe.node.TestNode.json;
import static dev.troupe.node.TrialProcess.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One of three nodes is killed while runs go on, which are spread evenly over them. A service outside counts
/// how often each step was made.
@Tag("whole-machine")
@Timeout(600)
class RunsOfAKilledNodeEndToEndTest {

  /// Of each kind; every node has some of both.
  private static final int RUNS = 6;

  private static final int STEPS = 3;
  private static final int HELD = 2;

  @TempDir private Path folder;

  @Test
  @Tag("RT-22")
  @Tag("UDF-17")
  void goOnAtTheOthersAndNoFinishedStepIsMadeAgain() {
    try (var engine = TestEngine.start("solo", "solo", 4);
        var service = CountingService.start();
        var trial = TrialProcess.start(3, folder, "troupe.engines = [" + engine.entry() + "]")) {
      for (int run = 0; run < RUNS; run++) {
        trial.post("/v1/runs", service.chain("read-" + run, "GET", STEPS, HELD));
        trial.post("/v1/runs", service.chain("write-" + run, "POST", STEPS, HELD));
      }
      await().atMost(PATIENCE).until(() -> held(service) == 2 * RUNS);

      trial.members().getLast().handle().destroyForcibly();
      service.letGo();

      var reads = IntStream.range(0, RUNS).mapToObj(run -> "read-" + run).toList();
      var writes = IntStream.range(0, RUNS).mapToObj(run -> "write-" + run).toList();
      reads.forEach(
          run -> assertThat(ended(trial, run).path("state").asText()).isEqualTo("completed"));
      var lost = writes.stream().filter(run -> isLost(ended(trial, run))).toList();

      // Those of the killed node: a step that may be repeated was, one that may not has failed.
      assertThat(reads).anyMatch(run -> made(service, run, HELD) == 2);
      assertThat(lost).isNotEmpty();
      assertThat(reads).allMatch(run -> made(service, run, 1) == 1 && made(service, run, 3) == 1);
      assertThat(writes).allMatch(run -> made(service, run, 1) == 1 && made(service, run, 2) == 1);
      assertThat(writes).allMatch(run -> made(service, run, 3) == (lost.contains(run) ? 0 : 1));
    }
  }

  private static long held(CountingService service) {
    return service.made().keySet().stream().filter(path -> path.endsWith("/held")).count();
  }

  private static int made(CountingService service, String run, int step) {
    return service.made().getOrDefault(CountingService.path(run, step, HELD), 0);
  }

  /// A run as it is once it has ended.
  private static JsonNode ended(TrialProcess trial, String run) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> !json(trial.get("/v1/runs/" + run)).path("ended_at").isNull());
    return json(trial.get("/v1/runs/" + run));
  }

  private static boolean isLost(JsonNode run) {
    if (run.path("state").asText().equals("completed")) {
      return false;
    }
    assertThat(run.at("/tasks/s2/error/code").asText())
        .as(run.toString())
        .isEqualTo("may_have_run");
    assertThat(run.at("/tasks/s1/output").asText()).isEqualTo("done");
    return true;
  }
}
