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

/// What has plans of other frameworks executed by a node, and goes on without one.
@Timeout(120)
class AdaptersEndToEndTest {

  private static final Path CLIENT = SdkEndToEndTest.repository().resolve("clients/python");
  private static final int MOST_LINES = 200;

  @TempDir private Path folder;

  @Test
  @Tag("UDF-21")
  @Tag("UDF-22")
  @Tag("UDF-23")
  void adaptersPassTheirTestsWithANodeAndWithout() {
    assumeTrue(Command.of("python3", "--version").succeeds(), "needs python3");
    try (var node = TestNode.start(folder, List.of(), "")) {
      var said =
          Command.of("python3", "-m", "unittest", "test_adapters")
              .in(CLIENT.resolve("tests"))
              .with("PYTHONDONTWRITEBYTECODE", "1")
              .with("TROUPE_URL", "http://127.0.0.1:" + node.port())
              .run();

      assertThat(said.getLast()).isEqualTo("OK");
    }
  }

  @ParameterizedTest
  @Tag("UDF-23")
  @ValueSource(strings = {"deerflow.py", "langgraph.py", "crewai.py"})
  void anAdapterIsSmall(String file) throws IOException {
    var adapters = CLIENT.resolve("troupe_client/adapters");

    long lines = lines(adapters.resolve("tasks.py")) + lines(adapters.resolve(file));

    assertThat(lines).isLessThanOrEqualTo(MOST_LINES);
  }

  /// Lines that are not empty.
  private static long lines(Path file) throws IOException {
    try (var lines = Files.lines(file)) {
      return lines.filter(line -> !line.isBlank()).count();
    }
  }
}
