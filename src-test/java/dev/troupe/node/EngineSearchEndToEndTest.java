package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.node.TestNode.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Engines that nobody configured.
@Timeout(120)
class EngineSearchEndToEndTest {

  @TempDir private Path folder;

  @Test
  void aNodeServesWithTheEnginesItFindsOnItsHostAndWithTheirReturn() {
    try (var engine = TestEngineProcess.start("found")) {
      try (var node = TestNode.start(folder, List.of(), search(engine.port()))) {
        var name = "127.0.0.1:" + engine.port();
        node.awaitEngines(name);

        var answer = node.call("p", "first", chat("found", "Hello", 2)).join();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("X-Troupe-Engine")).hasValue(name);

        engine.kill();
        await().atMost(PATIENCE).until(() -> !node.isReachable(name));
        var meanwhile = node.call("p", "second", chat("found", "Are you there?", 2));
        node.awaitWaiting("p");
        engine.startAgain();

        assertThat(meanwhile.join().statusCode()).isEqualTo(200);
      }
    }
  }

  private static String search(int port) {
    return """
    troupe.engine-search { enabled = on, ports = [%d], interval = 200ms }
    """
        .formatted(port);
  }
}
