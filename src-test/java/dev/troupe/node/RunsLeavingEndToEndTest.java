package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.node.TestNode.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import dev.troupe.cluster.StorageServer;
import dev.troupe.cluster.StorageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One of two nodes leaves while runs go on. Their steps may be made once only, and a service outside counts.
@Timeout(120)
class RunsLeavingEndToEndTest {

  private static final int RUNS = 8;
  private static final int STEPS = 4;
  private static final int HELD = 2;

  /// Longer than a node needs to leave that waits for nothing.
  private static final Duration STEPS_RUN_ON = Duration.ofSeconds(4);

  @TempDir private Path folder;
  private final CountingService service = CountingService.start();
  private StorageServer storage;
  private TestNode founder;
  private TestNode joined;

  @BeforeEach
  void start() throws Exception {
    storage =
        StorageServer.start(
            StorageSettings.of(
                ConfigFactory.parseString(
                        "troupe.storage.directory = \"" + folder.resolve("shared") + "\"")
                    .withFallback(ConfigFactory.load())));
    founder = TestNode.start(folder.resolve("founder"), List.of(), settings());
    joined = TestNode.start(folder.resolve("joined"), List.of(), settings() + founder.asSeed());
  }

  @AfterEach
  void stop() throws Exception {
    service.close();
    joined.close();
    founder.close();
    storage.close();
  }

  private String settings() {
    return """
    troupe.storage { url = "%s", user = troupe }
    troupe.node.leave-notice = 0s
    """
        .formatted(storage.url());
  }

  /// The founder keeps the coordinator of the runs' shards: that moves too.
  @Test
  @Tag("RT-22")
  void stepsThatRunEndThereAndTheRunsGoOnAtTheOtherAndNoStepIsMadeTwiceOrLost() {
    IntStream.range(0, RUNS)
        .forEach(run ->
            assertThat(
                    joined
                        .send("/v1/runs", service.chain("run-" + run, "POST", STEPS, HELD))
                        .join()
                        .statusCode())
                .isEqualTo(202));
    await()
        .atMost(PATIENCE)
        .until(() ->
            service.made().keySet().stream().filter(path -> path.endsWith("held")).count() == RUNS);

    var left = CompletableFuture.runAsync(founder::close);
    await().during(STEPS_RUN_ON).atMost(PATIENCE).until(() -> !left.isDone());
    service.letGo();

    assertThat(left).succeedsWithin(PATIENCE);
    IntStream.range(0, RUNS).forEach(run -> awaitCompleted("run-" + run));
    assertThat(service.made())
        .isEqualTo(
            IntStream.range(0, RUNS)
                .boxed()
                .flatMap(run ->
                    IntStream.rangeClosed(1, STEPS)
                        .mapToObj(step -> CountingService.path("run-" + run, step, HELD)))
                .collect(Collectors.toMap(path -> path, _ -> 1)));
  }

  private void awaitCompleted(String run) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(json(joined.get("/v1/runs/" + run).body()).path("state").asText())
                .isEqualTo("completed"));
  }
}
