package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// `up` as a process: what it refuses in one line, and how it leaves.
@Timeout(120)
class UpCommandTest {

  private static final int ENDLESS = 100_000;

  @TempDir private Path folder;

  @Test
  void saysThatThePortIsInUse() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();

      assertThat(refusal("--no-embedded", "--port", Integer.toString(port)))
          .startsWith("troupe: cannot listen on 127.0.0.1:" + port)
          .contains("--port");
    }
  }

  @Test
  void saysThatTheModelIsMissing() {
    var file = NodeProcess.configuration(folder, "").toString();

    assertThat(refusal("--config", file, "--port", "0", "--model", "/nowhere/mine.gguf"))
        .isEqualTo("troupe: troupe.embedded-engine.model: no such file: /nowhere/mine.gguf");
  }

  @Test
  void saysThatTheConfigurationIsMissing() {
    assertThat(refusal("--config", "/nowhere/my.conf"))
        .isEqualTo("troupe: no configuration file at /nowhere/my.conf");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          troupe.gateway.prot = 1           | unknown key troupe.gateway.prot; did you mean troupe.gateway.port?
          troupe.gateway.port = many        | troupe.gateway.port: expected a whole number of at most 2147483647, not "many"
          troupe.gateway.port = 70000       | troupe.gateway.port: expected 0 to 65535
          troupe.schedule.discipline = best | troupe.schedule.discipline
          troupe.engines = [{ name = a }]   | troupe.engines[0]
          troupe { gateway {                | troupe.conf
          troupe.cluster.host = 10.0.0.7    | troupe.cluster.tls.key-file: nodes at 10.0.0.7 need a key
          """)
  void namesTheBrokenKey(String settings, String named) {
    var file = NodeProcess.configuration(folder, settings);

    assertThat(refusal("--config", file.toString())).startsWith("troupe: ").contains(named);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "up --version", "status -V", "simulate --version"})
  void saysItsVersion(String options) {
    var line = new ArrayList<>(List.of("-Xmx128m", Main.class.getName()));
    line.addAll(List.of(options.split(" ")));

    var said =
        new Command(TestProcess.builder(line.toArray(String[]::new)).command(), folder, Map.of())
            .run();

    assertThat(said).anyMatch(text -> text.matches("Troupe \\d+\\.\\d+\\.\\d+.*"));
  }

  /// The one line that `up` says before it ends.
  private static String refusal(String... options) {
    var line = new ArrayList<>(List.of("-Xmx128m", Main.class.getName(), "up"));
    line.addAll(List.of(options));
    try {
      var builder = TestProcess.builder(line.toArray(String[]::new));
      // The JVM says a line of its own about these.
      builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
      var process = builder.start();
      var errors = process.errorReader().readAllLines();
      assertThat(process.waitFor()).isNotZero();
      assertThat(errors).hasSize(1);
      return errors.getFirst();
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void endsWithOneLineWhenItIsStoppedWhileItStarts(String signal, int exitCode) throws Exception {
    var file = NodeProcess.configuration(folder, "");
    var builder = NodeProcess.up("--port", "0", "--no-embedded", "--config", file.toString());
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    var process = builder.start();
    var errors = process.errorReader();
    TestProcess.readTo(errors, "Starting the node");

    Command.of("sh", "-c", "kill -" + signal + " " + process.pid()).run();

    assertThat(errors.readAllLines())
        .containsExactly("troupe: stopped while the node was starting");
    assertThat(process.waitFor()).isEqualTo(exitCode);
  }

  @Test
  void drainsAnOpenStreamOnCtrlCAndLeavesNoProcessBehind() {
    var node = NodeProcess.start(folder, NodeProcess.SMALL_EMBEDDED_ENGINE);
    var children = node.children();
    assertThat(children).isNotEmpty();
    var endless = TestNode.streamedChat(node.model(), "Count.", 150);
    var body = endless.replaceFirst("\\{", "{\"ignore_eos\": true, ");
    try (var stream = TestCall.open(node.port(), "p", "c", body)) {
      stream.readTo("data: ");

      node.interrupt();

      assertThat(stream.readEvents().getLast()).isEqualTo("[DONE]");
    }
    node.awaitEnd();
    await().atMost(PATIENCE).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void aSecondCtrlCEndsItThoughAStreamIsOpen() throws Exception {
    try (var engine = TestEngine.start("solo", "solo", 1, "--decode-micros=1000")) {
      var file = NodeProcess.configuration(folder, "troupe.engines = [" + engine.entry() + "]");
      var process = NodeProcess.up("--port", "0", "--config", file.toString()).start();
      var errors = process.errorReader();
      var ready = TestProcess.readTo(process.inputReader(), "Troupe is ready");
      int port = Integer.parseInt(ready.substring(ready.lastIndexOf(':') + 1).strip());
      try (var stream =
          TestCall.open(port, "p", "c", TestNode.streamedChat("solo", "Go", ENDLESS))) {
        stream.readTo("data: ");

        interrupt(process);
        TestProcess.readTo(errors, "troupe: open calls are served to their end");
        stream.readTo("data: ");
        interrupt(process);

        TestProcess.readTo(errors, "troupe: ended at once");
        assertThat(process.waitFor()).isEqualTo(130);
      }
    }
  }

  private static void interrupt(Process process) {
    Command.of("sh", "-c", "kill -INT " + process.pid()).run();
  }

  @Test
  void rehearsesAStartWithoutWaitingForAnything() {
    assertThat(new CommandLine(new RehearseCommand()).execute()).isZero();
  }
}
