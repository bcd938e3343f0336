package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.troupe.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `status` as a process.
@Timeout(120)
class StatusCommandTest {

  @Test
  void showsTheClusterOfTheFirstNodeThatAnswers(@TempDir Path folder) throws Exception {
    try (var engine = TestEngine.start("gpu-1", "llama", 4);
        var node = TestNode.start(folder, List.of(engine.entry()), "")) {
      var url = node.management().url().toString();

      var table = said(status("--url", "http://127.0.0.1:" + FreePorts.one() + "," + url));
      var json = said(status("--url", url, "--json"));

      assertThat(table).anyMatch(line -> line.startsWith("gpu-1 ") && line.contains("llama"));
      assertThat(TestNode.json(String.join("", json)).path("members")).hasSize(1);
    }
  }

  @Test
  void saysThatNoNodeAnswers() throws Exception {
    int free = FreePorts.one();

    var process = status("--url", "http://127.0.0.1:" + free);

    assertThat(process.errorReader().readAllLines())
        .singleElement()
        .asString()
        .startsWith("troupe: no node answers at http://127.0.0.1:" + free)
        .contains("./troupe up")
        .contains("--url");
    assertThat(process.waitFor()).isNotZero();
  }

  @Test
  void saysThatSomethingElseAnswers() throws Exception {
    var other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    other.start();
    try {
      var process = status("--url", "http://127.0.0.1:" + other.getAddress().getPort());

      assertThat(process.errorReader().readAllLines())
          .singleElement()
          .asString()
          .contains("is not the management of a Troupe node");
      assertThat(process.waitFor()).isNotZero();
    } finally {
      other.stop(0);
    }
  }

  private static Process status(String... options) throws IOException {
    var line = new ArrayList<>(List.of("-Xmx128m", Main.class.getName(), "status"));
    line.addAll(List.of(options));
    var builder = TestProcess.builder(line.toArray(String[]::new));
    // The JVM says a line of its own about these.
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    return builder.start();
  }

  private static List<String> said(Process process) throws IOException, InterruptedException {
    var lines = process.inputReader().readAllLines();
    assertThat(process.waitFor()).isZero();
    return lines;
  }
}
