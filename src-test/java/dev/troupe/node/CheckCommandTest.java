package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.cluster.TestKeys;
import dev.troupe.cluster.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `check` as a process.
@Timeout(120)
class CheckCommandTest {

  @TempDir private Path folder;

  /// What a process has said when it has ended.
  private record Said(int exitCode, List<String> lines, List<String> errors) {}

  @Test
  void saysWhatTheNodeWouldBeAndStartsNothing() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      var data = folder.resolve("data");
      var file =
          Files.writeString(
              folder.resolve("my.conf"), "troupe.storage.directory = \"" + data + "\"");
      var port = Integer.toString(taken.getLocalPort());

      var said = said("check", "--config", file.toString(), "--no-embedded", "--port", port);

      assertThat(said.errors()).isEmpty();
      assertThat(said.exitCode()).isZero();
      assertThat(said.lines())
          .contains("  gateway     127.0.0.1:" + port, "  storage     h2-file, " + data);
      assertThat(data).doesNotExist();
    }
  }

  @Test
  void saysItToProgramsInOneObject() throws Exception {
    var file = Files.writeString(folder.resolve("my.conf"), "troupe.gateway.port = 1234");

    var said = said("check", "--config", file.toString(), "--no-embedded", "--json");

    assertThat(said.lines()).hasSize(1);
    assertThat(TestNode.json(said.lines().getFirst()).at("/gateway/address").asText())
        .isEqualTo("127.0.0.1:1234");
  }

  @Test
  void refusesAConfigurationAsTheStartDoes() throws Exception {
    var file =
        Files.writeString(
            folder.resolve("my.conf"),
            """
            troupe.cluster { host = 10.0.0.7, tls.key-file = "/nowhere/cluster.p12" }
            troupe.gateway.prot = 8081
            troupe.engines = [{ name = a, dialect = vllm, url = "nonsense" }]
            """);

    var checked = said("check", "--config", file.toString());
    var started = said("up", "--config", file.toString());

    assertThat(checked.errors())
        .hasSize(3)
        .allMatch(line -> line.startsWith("troupe: "))
        .anyMatch(line -> line.contains("troupe.cluster.tls.key-file: cannot read"))
        .anyMatch(line -> line.contains("did you mean troupe.gateway.port?"))
        .anyMatch(line -> line.contains("troupe.engines[0].url"));
    assertThat(checked).isEqualTo(started);
    assertThat(checked.exitCode()).isNotZero();
  }

  @Test
  void refusesWhatIsMissingOnThisMachine() throws Exception {
    var inTheWay = Files.writeString(folder.resolve("data"), "no folder");
    var file =
        Files.writeString(
            folder.resolve("my.conf"), "troupe.storage.directory = \"" + inTheWay + "\"");

    var said = said("check", "--config", file.toString(), "--model", "/nowhere/mine.gguf");

    assertThat(said.errors())
        .satisfiesExactly(
            model ->
                assertThat(model)
                    .isEqualTo(
                        "troupe: troupe.embedded-engine.model: no such file: /nowhere/mine.gguf"),
            storage ->
                assertThat(storage)
                    .startsWith("troupe: troupe.storage.directory: cannot write in " + inTheWay));
    assertThat(said.exitCode()).isEqualTo(1);
  }

  /// The key's password is in the environment, as for a start.
  @Test
  void readsTheEnvironment() throws Exception {
    var key = TestKeys.shared(folder, "cluster");
    var file =
        Files.writeString(
            folder.resolve("my.conf"),
            "troupe.cluster { host = 10.0.0.7, tls.key-file = \"" + key.file() + "\" }");
    var command = List.of("check", "--config", file.toString(), "--no-embedded");

    var known = said(Map.of(TlsSettings.PASSWORD_VARIABLE, TestKeys.PASSWORD), command);
    var unknown = said(Map.of(TlsSettings.PASSWORD_VARIABLE, "wrong"), command);

    assertThat(known.exitCode()).isZero();
    assertThat(known.lines()).contains("  tls         " + key.file());
    assertThat(unknown.errors())
        .singleElement()
        .asString()
        .contains("troupe.cluster.tls.key-password: does not open");
  }

  private static Said said(String... command) throws IOException, InterruptedException {
    return said(Map.of(), List.of(command));
  }

  private static Said said(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    var line = new ArrayList<>(List.of("-Xmx256m", Main.class.getName()));
    line.addAll(command);
    var builder = TestProcess.builder(line.toArray(String[]::new));
    // The JVM says a line of its own about these.
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    builder.environment().putAll(environment);
    var process = builder.start();
    var lines = process.inputReader().readAllLines();
    var errors = process.errorReader().readAllLines();
    return new Said(process.waitFor(), lines, errors);
  }
}
