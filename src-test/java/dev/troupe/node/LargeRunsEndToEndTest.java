package dev.troupe.node;

import static dev.troupe.node.TestNode.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Runs that are large, asked for at a node that does not hold all of them: they are spread over two.
@Timeout(120)
class LargeRunsEndToEndTest {

  private static final int RUNS = 4;

  /// Together 3.5 MiB.
  private static final int TEXTS = 35;

  private static final int TEXT_CHARS = 100 << 10;

  private static final int STEPS = 10_000;

  @TempDir private static Path folder;
  private static TestNode founder;
  private static TestNode joined;

  @BeforeAll
  static void start() {
    founder = TestNode.start(folder.resolve("founder"), List.of(), "");
    joined = TestNode.start(folder.resolve("joined"), List.of(), founder.asSeed());
  }

  @AfterAll
  static void stop() {
    joined.close();
    founder.close();
  }

  private static void submit(String run, String tasks) {
    var answer =
        joined.send("/v1/runs", "{\"id\": \"%s\", \"tasks\": [%s]}".formatted(run, tasks)).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
  }

  @Test
  @Tag("RT-21")
  void aSubmissionOfMebibytesReachesItsRunWhereverThatIs() {
    var text = "x".repeat(TEXT_CHARS);
    var tasks =
        IntStream.range(0, TEXTS)
            .mapToObj(at ->
                "{\"id\": \"s%d\", \"kind\": \"function\", \"name\": \"nobody\", \"args\": {\"text\": \"%s\"}}"
                    .formatted(at, text))
            .collect(Collectors.joining(","));

    IntStream.range(0, RUNS).forEach(run -> submit("large-" + run, tasks));

    assertThat(IntStream.range(0, RUNS))
        .allMatch(run -> view("large-" + run).path("tasks").size() == TEXTS);
  }

  @Test
  void theViewOfTenThousandStepsComesFromWhereverTheRunIs() {
    var tasks =
        IntStream.range(0, STEPS)
            .mapToObj(at ->
                "{\"id\": \"s%d\", \"kind\": \"wait\", \"duration_ms\": 600000}".formatted(at))
            .collect(Collectors.joining(","));

    IntStream.range(0, RUNS).forEach(run -> submit("wide-" + run, tasks));

    assertThat(IntStream.range(0, RUNS))
        .allMatch(run -> view("wide-" + run).path("tasks").size() == STEPS);
  }

  private static JsonNode view(String run) {
    return json(joined.get("/v1/runs/" + run).body());
  }
}
