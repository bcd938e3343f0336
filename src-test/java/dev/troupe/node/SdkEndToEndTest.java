package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The official OpenAI SDKs, and our Python client, against a node in a process of its own with the
/// real embedded engine.
///
/// The SDKs are installed once, by the packagers of their languages, into `target/sdk`.
@Timeout(300)
class SdkEndToEndTest {

  private static final String PYTHON_SDK = "openai==3.52.0";
  private static final String LANGGRAPH = "langgraph==1.2.22";
  private static final String NODE_SDK = "openai@6.30.1";
  private static final Path SDK = Path.of("target", "sdk").toAbsolutePath();

  private static final List<String> BEHAVIOURS =
      List.of(
          "holds: lists models",
          "holds: answers whole",
          "holds: streams",
          "holds: passes tool calls",
          "holds: raises its own errors",
          "holds: keeps programs apart",
          "holds: finds the second turn in the cache");

  @TempDir private static Path folder;
  private static NodeProcess node;

  @BeforeAll
  static void start() {
    node = NodeProcess.start(folder, NodeProcess.SMALL_EMBEDDED_ENGINE);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void pythonSdkHoldsItsConversations() throws Exception {
    var python = installPythonSdk();

    var said = Command.of(python, script("conversations.py"), node.url() + "/v1", node.model());

    assertThat(said.run()).containsExactlyElementsOf(BEHAVIOURS);
  }

  @Test
  void nodeSdkHoldsItsConversations() throws Exception {
    var project = installNodeSdk();
    // Modules are looked for beside the script.
    var script = project.resolve("conversations.mjs");
    Files.copy(Path.of(script("conversations.mjs")), script, StandardCopyOption.REPLACE_EXISTING);

    var said = Command.of("node", script.toString(), node.url() + "/v1", node.model());

    assertThat(said.run()).containsExactlyElementsOf(BEHAVIOURS);
  }

  @Test
  @Tag("UDF-21")
  @Tag("UDF-22")
  void pythonClientPassesItsOwnTests() throws Exception {
    var python = installPythonSdk();

    var tests =
        Command.of(python, "-m", "unittest", "test_client", "test_langgraph")
            .in(repository().resolve("clients/python/tests"))
            .with("TROUPE_URL", node.url())
            .with("TROUPE_MODEL", node.model());

    assertThat(tests.run().getLast()).isEqualTo("OK");
  }

  /// @return the interpreter that has the SDK, and LangGraph
  private static String installPythonSdk() throws IOException {
    assumeThere("python3", "-c", "import venv, ensurepip");
    var environment = SDK.resolve("python");
    var python = environment.resolve("bin").resolve("python").toString();
    once(
        environment,
        PYTHON_SDK + LANGGRAPH,
        Command.of("python3", "-m", "venv", environment.toString()),
        Command.of(
            python, "-m", "pip", "install", "--quiet", "--no-compile", PYTHON_SDK, LANGGRAPH));
    return python;
  }

  /// @return the folder whose scripts have the SDK
  private static Path installNodeSdk() throws IOException {
    assumeThere("npm", "--version");
    var project = SDK.resolve("node");
    once(
        project,
        NODE_SDK,
        Command.of(
            "npm", "install", "--no-audit", "--no-fund", "--prefix", project.toString(), NODE_SDK));
    return project;
  }

  private static void once(Path folder, String version, Command... steps) throws IOException {
    var done = folder.resolve(version.replaceAll("[^a-z0-9.]", "-") + ".installed");
    if (Files.exists(done)) {
      return;
    }
    Files.createDirectories(folder);
    for (var step : steps) {
      step.run();
    }
    Files.createFile(done);
  }

  private static void assumeThere(String... command) {
    boolean isThere = Command.of(command).succeeds();
    if (!isThere) {
      System.err.println("skipped: `" + String.join(" ", command) + "` does not run here");
    }
    assumeTrue(isThere, "needs " + command[0]);
  }

  private static String script(String name) throws URISyntaxException {
    URL script = SdkEndToEndTest.class.getResource("/sdk/" + name);
    return Path.of(Objects.requireNonNull(script, name).toURI()).toString();
  }

  static Path repository() {
    var here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("clients"))) {
      here = Objects.requireNonNull(here.getParent(), "not in the repository");
    }
    return here;
  }
}
