package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.node.TestNode.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node that is stopped, and started again on the same folder.
@Timeout(90)
class RestartEndToEndTest {

  @Test
  void programsKnownBeforeAreKnownAfter(@TempDir Path folder) {
    try (var engine = TestEngine.start("solo", "solo", 1)) {
      JsonNode before;
      try (var node = TestNode.start(folder, List.of(engine.entry()), "")) {
        serve(node, "first");
        serve(node, "second");
        await().atMost(PATIENCE).until(() -> completedCalls(node) == 2);
        before = node.program("veteran");
      }
      try (var node = TestNode.start(folder, List.of(engine.entry()), "")) {
        var after = node.program("veteran");

        for (var part : List.of("service_ms", "critical_path_ms", "waiting_ms", "engines")) {
          assertThat(after.has(part)).as(part).isTrue();
          assertThat(after.path(part)).as(part).isEqualTo(before.path(part));
        }
        assertThat(after.path("completed_calls").asInt()).isEqualTo(2);

        serve(node, "third");
        await().atMost(PATIENCE).until(() -> completedCalls(node) == 3);
        assertThat(node.program("veteran").path("service_ms").asDouble())
            .isGreaterThan(before.path("service_ms").asDouble());
      }
    }
  }

  private static void serve(TestNode node, String call) {
    assertThat(node.call("veteran", call, chat("solo", "Hello", 20)).join().statusCode())
        .isEqualTo(200);
  }

  private static int completedCalls(TestNode node) {
    return node.program("veteran").path("completed_calls").asInt();
  }
}
