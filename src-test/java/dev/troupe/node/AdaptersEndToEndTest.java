package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Agent frameworks that a node tells when to do their steps, and that go on without one.
@Timeout(120)
class AdaptersEndToEndTest {

  private static final Path CLIENT = SdkEndToEndTest.repository().resolve("clients/python");
  private static final int MOST_LINES = 200;

  @TempDir private Path folder;

  @Test
  @Tag("UDF-1")
  @Tag("UDF-15")
  @Tag("UDF-21")
  @Tag("UDF-22")
  void adaptersPassTheirTestsWithANodeAndWithout() {
    assumeTrue(Command.of("python3", "--version").succeeds(), "needs python3");
    try (var engine = TestEngine.start("solo", "solo", 8, "--decode-micros=500");
        var node = TestNode.start(folder, List.of(engine.entry()), "")) {
      var said =
          Command.of("python3", "-m", "unittest", "test_local", "test_deerflow", "test_langgraph")
              .in(CLIENT.resolve("tests"))
              .with("PYTHONDONTWRITEBYTECODE", "1")
              .with("TROUPE_URL", "http://127.0.0.1:" + node.port())
              .with("TROUPE_MODEL", "solo")
              .run();

      // What LangGraph itself is needed for is tested where it is installed, by SdkEndToEndTest.
      assertThat(said.getLast()).startsWith("OK");
    }
  }

  @ParameterizedTest
  @Tag("UDF-23")
  @ValueSource(strings = {"deerflow.py", "langgraph.py", "crewai.py"})
  void anAdapterIsSmall(String file) throws IOException {
    var adapter = CLIENT.resolve("troupe_client/adapters").resolve(file);

    assertThat(Files.readAllLines(adapter)).hasSizeLessThanOrEqualTo(MOST_LINES);
  }
}
