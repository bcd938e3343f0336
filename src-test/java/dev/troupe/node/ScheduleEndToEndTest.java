package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.node.TestNode.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Runs that are begun by the clock, through a restart.
@Timeout(120)
@Tag("DS-1")
class ScheduleEndToEndTest {

  private static final String RUN =
      "{\"tasks\": [{\"id\": \"a\", \"kind\": \"wait\", \"duration_ms\": 1}]}";

  @TempDir private static Path folder;

  @Test
  void firesOnceForEachTimeAndGoesOnAfterARestart() {
    String first;
    try (var node = TestNode.start(folder, List.of(), "")) {
      refusesWhatIsNoSchedule(node);
      var created = create(node, "tick", "{\"every_ms\": 1000}", RUN);
      assertThat(created.path("next_at").isNumber()).isTrue();
      assertThat(
              node.send("/v1/schedules", body("tick", "{\"every_ms\": 1000}", RUN))
                  .join()
                  .statusCode())
          .isEqualTo(409);
      create(node, "once", "{\"at\": \"%s\"}".formatted(Instant.now()), RUN);
      create(node, "after", "{\"delay_ms\": 1000}", RUN);
      create(node, "far", "{\"cron\": \"0 3 1 1 *\", \"zone\": \"Europe/Oslo\"}", RUN);
      create(node, "gone", "{\"every_ms\": 1000, \"first_at\": \"2099-01-01T00:00:00Z\"}", RUN);
      assertThat(node.delete("/v1/schedules/gone").statusCode()).isEqualTo(204);
      assertThat(node.delete("/v1/schedules/gone").statusCode()).isEqualTo(404);

      first = awaitFirings(node, "tick", 2);
      awaitFirings(node, "after", 2);
      assertThat(run(node, awaitFirings(node, "once", 1)).path("state").asText())
          .isEqualTo("completed");
      assertThat(run(node, first).at("/metadata/schedule").asText()).isEqualTo("tick");
      assertThat(schedule(node, "once").path("next_at").isNull()).isTrue();
    }
    try (var node = TestNode.start(folder, List.of(), "")) {
      await()
          .atMost(PATIENCE)
          .until(() -> schedule(node, "tick").path("last_run").asText(), run -> !run.equals(first));
      var listed = json(node.get("/v1/schedules").body()).path("data");
      assertThat(listed.findValuesAsText("id")).containsExactly("after", "far", "once", "tick");
      assertThat(schedule(node, "far").at("/schedule/zone").asText()).isEqualTo("Europe/Oslo");
      // It fired before, and is not begun again.
      assertThat(firings(node, "once")).hasSize(1);
      // Each run is for a whole second after the first, and none for the same.
      assertThat(firings(node, "tick")).doesNotHaveDuplicates().hasSizeGreaterThan(2);
    }
  }

  private static void refusesWhatIsNoSchedule(TestNode node) {
    assertRefused(node, body("a", "{}", RUN), 400, "invalid_input");
    assertRefused(node, body("a", "{\"every_ms\": 10}", RUN), 400, "invalid_input");
    assertRefused(node, body("a", "{\"cron\": \"never\"}", RUN), 400, "invalid_input");
    assertRefused(
        node,
        body("a", "{\"cron\": \"* * * * *\", \"zone\": \"Mars\"}", RUN),
        400,
        "invalid_input");
    assertRefused(node, body("a", "{\"every_ms\": 1000, \"x\": 1}", RUN), 400, "unknown_key");
    assertRefused(node, body("a", "{\"every_ms\": 1000}", "{}"), 400, "invalid_input");
    assertRefused(node, "no json", 400, "invalid_input");
    assertThat(node.get("/v1/schedules/a").statusCode()).isEqualTo(404);
  }

  private static void assertRefused(TestNode node, String body, int status, String code) {
    var answer = node.send("/v1/schedules", body).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(json(answer.body()).at("/error/code").asText()).isEqualTo(code);
  }

  private static String body(String id, String schedule, String run) {
    return "{\"id\": \"%s\", \"schedule\": %s, \"run\": %s}".formatted(id, schedule, run);
  }

  private static JsonNode create(TestNode node, String id, String schedule, String run) {
    var answer = node.send("/v1/schedules", body(id, schedule, run)).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return json(answer.body());
  }

  private static JsonNode schedule(TestNode node, String id) {
    return json(node.get("/v1/schedules/" + id).body());
  }

  private static JsonNode run(TestNode node, String id) {
    return json(node.get("/v1/runs/" + id.replace("@", "%40").replace(":", "%3A")).body());
  }

  /// The ids of the runs that it has begun.
  private static List<String> firings(TestNode node, String id) {
    return json(node.get("/v1/runs?limit=1000").body()).path("data").findValuesAsText("id").stream()
        .filter(run -> run.startsWith(id + "@"))
        .toList();
  }

  /// @return the id of its latest run
  private static String awaitFirings(TestNode node, String id, int times) {
    await().atMost(PATIENCE).until(() -> firings(node, id).size() >= times);
    return schedule(node, id).path("last_run").asText();
  }
}
