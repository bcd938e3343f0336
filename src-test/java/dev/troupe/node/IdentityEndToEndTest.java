package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Agents that send no identity, and a client that does, through HTTP and a simulated engine.
@Timeout(180)
class IdentityEndToEndTest {

  private static final String MODEL = "stage";
  private static final String TOOL_ARGUMENTS = "--tool-arguments={\"query\":1}";

  @TempDir private Path folder;

  /// Half of them stream; a third get tool calls. All share a system prompt.
  @Test
  void recognizesTheTurnsOfFiftyAgentsAtOnce() throws Exception {
    try (var engine = engine();
        var node = TestNode.start(folder, List.of(engine.entry()), "");
        var threads = Executors.newFixedThreadPool(16)) {
      var agents =
          IntStream.range(0, 50)
              .mapToObj(at -> (Callable<String>) () -> new SilentAgent(List.of(node), at).run())
              .toList();
      var programs = new HashSet<String>();
      for (var program : threads.invokeAll(agents)) {
        programs.add(program.get());
      }

      assertThat(programs).hasSize(50);
    }
  }

  /// Every turn enters by the gateway that did not relay the one before, as soon as that has ended.
  @Test
  void recognizesTurnsThatEnterByTwoGatewaysInTurn() throws Exception {
    // Longer than any pause of a machine under load.
    var settings = "troupe.identity.gateways.answer-wait = 5s\n";
    try (var engine = slowEngine("one");
        var other = slowEngine("other");
        var node = TestNode.start(folder.resolve("a"), List.of(engine.entry()), settings);
        var second =
            TestNode.start(folder.resolve("b"), List.of(other.entry()), settings + node.asSeed());
        var threads = Executors.newFixedThreadPool(8)) {
      var nodes = List.of(node, second);
      // Until both know each other.
      var strangers = new AtomicInteger(1000);
      await()
          .atMost(TestNode.PATIENCE)
          .ignoreExceptionsInstanceOf(AssertionError.class)
          .until(() -> !new SilentAgent(nodes, strangers.getAndIncrement()).run().isEmpty());
      var agents =
          IntStream.range(0, 12)
              .mapToObj(at -> (Callable<String>) () -> new SilentAgent(nodes, at).run())
              .toList();
      var programs = new HashSet<String>();
      for (var program : threads.invokeAll(agents)) {
        programs.add(program.get());
      }

      assertThat(programs).hasSize(12);
    }
  }

  @Test
  void givesBranchesOfOnePrefixTheirParent() {
    try (var engine = engine();
        var node = TestNode.start(folder, List.of(engine.entry()), "")) {
      var agent = new SilentAgent(List.of(node), 1);
      var root = agent.turn();
      var branches =
          IntStream.range(0, 4)
              .mapToObj(at -> agent.branch("Thought " + at))
              .map(answer -> SilentAgent.header(answer, "X-Troupe-Call"))
              .toList();

      var view = node.program(SilentAgent.header(root, "X-Troupe-Program"));
      assertThat(view.path("source").asText()).isEqualTo("prefix");
      for (var branch : branches) {
        var call = node.callOf(SilentAgent.header(root, "X-Troupe-Program"), branch);
        assertThat(call.path("parents").path(0).asText())
            .isEqualTo(SilentAgent.header(root, "X-Troupe-Call"));
      }
    }
  }

  @Test
  void servesThePythonClient() throws Exception {
    assumeTrue(hasPython(), "needs python3");
    try (var engine = engine();
        var node = TestNode.start(folder, List.of(engine.entry()), "")) {
      var python =
          new ProcessBuilder(
              "python3",
              "-B",
              "-m",
              "unittest",
              "discover",
              "-s",
              "../clients/python/tests",
              "-p",
              "test_client.py");
      python.environment().put("TROUPE_URL", "http://127.0.0.1:" + node.port());
      var process = python.redirectErrorStream(true).start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output).contains("OK");
    }
  }

  /// Its calls take longer than one gateway to tell another that they have begun.
  private static TestEngine slowEngine(String name) {
    return TestEngine.start(name, MODEL, 16, "--decode-micros=100000", TOOL_ARGUMENTS);
  }

  private static TestEngine engine() {
    return TestEngine.start("sim", MODEL, 16, "--decode-micros=500", TOOL_ARGUMENTS);
  }

  private static boolean hasPython() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
    } catch (IOException missing) {
      return false;
    }
  }
}
