package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Our clients of runs in other languages, against a node, by sockets.
@Timeout(120)
class RunClientsEndToEndTest {

  private static final TestEngine engine = TestEngine.start("solo", "solo", 8);

  @TempDir private static Path folder;
  private static TestNode node;

  @BeforeAll
  static void start() {
    node = TestNode.start(folder, List.of(engine.entry()), "");
  }

  @AfterAll
  static void stop() {
    node.close();
    engine.close();
  }

  @Test
  @Tag("RT-1")
  @Tag("RT-23")
  void pythonClientPassesItsTestsOfRuns() {
    assumeThere("python3");

    var said =
        Command.of("python3", "-m", "unittest", "test_runs")
            .in(clients().resolve("python/tests"))
            .with("PYTHONDONTWRITEBYTECODE", "1")
            .with("TROUPE_URL", url())
            .with("TROUPE_MODEL", "solo")
            .run();

    assertThat(said.getLast()).isEqualTo("OK");
  }

  @Test
  @Tag("RT-23")
  void javaScriptClientPassesItsTests() {
    assumeThere("node");

    var said =
        Command.of("node", "--test", "--test-reporter=tap")
            .in(clients().resolve("js"))
            .with("TROUPE_URL", url())
            .run();

    assertThat(said).contains("# fail 0", "# skipped 0");
  }

  private static String url() {
    return "http://127.0.0.1:" + node.port();
  }

  private static Path clients() {
    return SdkEndToEndTest.repository().resolve("clients");
  }

  private static void assumeThere(String command) {
    assumeTrue(Command.of(command, "--version").succeeds(), "needs " + command);
  }
}
