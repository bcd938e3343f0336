package dev.troupe.node;

import static dev.troupe.node.TestNode.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.cluster.LocalShards;
import dev.troupe.cluster.Troupe;
import dev.troupe.cluster.TroupeFunctions;
import dev.troupe.run.RunEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.stream.javadsl.Sink;
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

  /// Together 40 MiB: more than goes between nodes at a time.
  private static final int RESULTS = 40;

  private static final int RESULT_CHARS = 1 << 20;

  /// So many that each node finds some of them.
  private static final List<String> FUNCTIONS = List.of("make-0", "make-1", "make-2", "make-3");

  /// Until two things that are spread over two nodes are not at the same one.
  private static final int TRIES = 20;

  /// For storage it would be much to write, and what it holds is told no otherwise.
  private static final String NOT_KEPT = "{\"durability\": \"none\", \"max_parallelism\": 16}";

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

  /// Each of the steps has a mebibyte to say. Who makes it is not where the run is, so that it has come from
  /// the other node before anybody asks for it there.
  @Test
  void aRunOfManyLargeResultsIsSeenFromTheNodeThatItIsNotAt() throws Exception {
    try (var _ = new Making()) {
      var run = beginAt(founder, "results");

      assertThat(joined.send("/v1/runs/" + run + "/tasks/go/approve", "{}").join().statusCode())
          .isEqualTo(200);
      var events = joined.get("/v1/runs/" + run + "/events").body();

      assertThat(lines(events, "event: step_finished")).isEqualTo(RESULTS + 1);
      assertThat(lines(events, "event: run_ended")).isEqualTo(1);
      var tasks = view(run).path("tasks");
      assertThat(tasks).hasSize(RESULTS + 1);
      assertThat(IntStream.range(0, RESULTS))
          .allMatch(at -> tasks.at("/s" + at + "/output").asText().length() == RESULT_CHARS);
      var java = Troupe.get(joined.system()).runs().run(run);
      assertThat(java.view().toCompletableFuture().get(60, TimeUnit.SECONDS).steps())
          .hasSize(RESULTS + 1);
      assertThat(
              java.events()
                  .filter(recorded -> recorded.event() instanceof RunEvent.StepFinished)
                  .runWith(Sink.seq(), joined.system())
                  .toCompletableFuture()
                  .get(60, TimeUnit.SECONDS))
          .hasSize(RESULTS + 1);
    }
  }

  @Test
  void aRunOfManyLargeResultsInsideAnotherGivesItsResultFromTheOtherNode() throws Exception {
    try (var _ = new Making()) {
      boolean wereApart = false;
      for (int at = 0; at < TRIES && !wereApart; at++) {
        var run = "outer-" + at;
        submit(
            run,
            """
            {"id": "inner", "kind": "subrun", "policy": %s, "result": "s7", "steps": [%s]}
            """
                .formatted(NOT_KEPT, made("")));
        await().atMost(TestNode.PATIENCE).until(() -> isOver(run));
        assertThat(view(run).at("/tasks/inner/output").asText()).hasSize(RESULT_CHARS);
        wereApart = isAt(founder, run) != isAt(founder, run + "/inner");
      }
      assertThat(wereApart).isTrue();
    }
  }

  /// The one keeper of schedules is at the older node.
  @Test
  void aLargeScheduleGoesToItsKeeperAndBack() {
    var body =
        """
        {"id": "large", "schedule": {"at": "2020-01-01T00:00:00Z"}, "run": {"tasks": [
          {"id": "a", "kind": "function", "name": "nobody", "args": {"text": "%s"}}]}}
        """
            .formatted("x".repeat(600 << 10));

    assertThat(joined.send("/v1/schedules", body).join().statusCode()).isEqualTo(201);

    await()
        .atMost(TestNode.PATIENCE)
        .until(() -> json(joined.get("/v1/schedules/large").body()).path("last_run").isTextual());
    var run = json(joined.get("/v1/schedules/large").body()).path("last_run").asText();
    assertThat(view(run).path("tasks")).hasSize(1);
  }

  /// What makes the large results, at the node that is asked.
  private static final class Making implements AutoCloseable {

    private final List<TroupeFunctions.Registration> made =
        FUNCTIONS.stream()
            .map(name ->
                Troupe.get(joined.system())
                    .functions()
                    .register(name, _ -> TextNode.valueOf("x".repeat(RESULT_CHARS))))
            .toList();

    @Override
    public void close() {
      made.forEach(TroupeFunctions.Registration::close);
    }
  }

  /// Steps with large results, after another.
  private static String made(String dependency) {
    return IntStream.range(0, RESULTS)
        .mapToObj(at ->
            "{\"id\": \"s%d\", \"kind\": \"function\", \"name\": \"%s\", \"deps\": [%s]}"
                .formatted(at, FUNCTIONS.get(at % FUNCTIONS.size()), dependency))
        .collect(Collectors.joining(","));
  }

  /// A run at that node which waits for its step `go`.
  private static String beginAt(TestNode node, String name) {
    for (int at = 0; at < TRIES; at++) {
      var run = name + "-" + at;
      var answer =
          joined
              .send(
                  "/v1/runs",
                  """
                  {"id": "%s", "policy": %s, "tasks": [
                    {"id": "go", "kind": "approval", "question": "Go?"}, %s]}
                  """
                      .formatted(run, NOT_KEPT, made("\"go\"")))
              .join();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      if (isAt(node, run)) {
        return run;
      }
    }
    throw new AssertionError("no run is there");
  }

  private static boolean isAt(TestNode node, String run) {
    return LocalShards.entities(node.system(), "run", TestNode.PATIENCE)
        .toCompletableFuture()
        .join()
        .stream()
        .anyMatch(entity -> entity.endsWith(run));
  }

  private static boolean isOver(String run) {
    return view(run).path("ended_at").isNumber();
  }

  private static long lines(String text, String line) {
    return text.lines().filter(line::equals).count();
  }

  private static JsonNode view(String run) {
    return json(joined.get("/v1/runs/" + run).body());
  }
}
