package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Agents that send no identity, and a client that does, through HTTP and a simulated engine.
@Timeout(180)
class IdentityEndToEndTest {

  private static final String MODEL = "stage";
  private static final int TURNS = 5;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  /// Half of them stream; a third get tool calls. All share a system prompt.
  @Test
  void recognizesTheTurnsOfFiftyAgentsAtOnce() throws Exception {
    try (var engine = engine();
        var node = TestNode.start(folder, List.of(engine.entry()), "");
        var threads = Executors.newFixedThreadPool(16)) {
      var agents =
          IntStream.range(0, 50)
              .mapToObj(at -> (Callable<String>) () -> new Agent(node, at).run())
              .toList();
      var programs = new HashSet<String>();
      for (var program : threads.invokeAll(agents)) {
        programs.add(program.get());
      }

      assertThat(programs).hasSize(50);
    }
  }

  @Test
  void givesBranchesOfOnePrefixTheirParent() {
    try (var engine = engine();
        var node = TestNode.start(folder, List.of(engine.entry()), "")) {
      var agent = new Agent(node, 1);
      var root = agent.turn();
      var branches =
          IntStream.range(0, 4)
              .mapToObj(at -> agent.branch("Thought " + at))
              .map(answer -> header(answer, "X-Troupe-Call"))
              .toList();

      var view = node.program(header(root, "X-Troupe-Program"));
      assertThat(view.path("source").asText()).isEqualTo("prefix");
      for (var branch : branches) {
        var call = node.callOf(header(root, "X-Troupe-Program"), branch);
        assertThat(call.path("parents").path(0).asText()).isEqualTo(header(root, "X-Troupe-Call"));
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
              "python3", "-B", "-m", "unittest", "discover", "-s", "../clients/python/tests");
      python.environment().put("TROUPE_URL", "http://127.0.0.1:" + node.port());
      var process = python.redirectErrorStream(true).start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output).contains("OK");
    }
  }

  private static TestEngine engine() {
    return TestEngine.start(
        "sim", MODEL, 16, "--decode-micros=500", "--tool-arguments={\"query\":1}");
  }

  private static boolean hasPython() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
    } catch (IOException missing) {
      return false;
    }
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElseThrow();
  }

  /// A loop that sends back all that was said, and nothing else.
  private static final class Agent {

    private final TestNode node;
    private final int number;
    private final List<ObjectNode> messages = new ArrayList<>();

    Agent(TestNode node, int number) {
      this.node = node;
      this.number = number;
      say("system", "You are an agent. ".repeat(100));
      say("user", "Task " + number);
    }

    /// @return the program that all turns belonged to
    String run() {
      var first = turn();
      var program = header(first, "X-Troupe-Program");
      assertThat(header(first, "X-Program-Id-Source")).isEqualTo("own");
      for (int turn = 1; turn < TURNS; turn++) {
        observe("Observation " + number + " in turn " + turn);
        var next = turn();
        assertThat(header(next, "X-Program-Id-Source")).isEqualTo("prefix");
        assertThat(header(next, "X-Troupe-Program")).isEqualTo(program);
      }
      return program;
    }

    /// Sends all messages and keeps the answer as one.
    HttpResponse<String> turn() {
      var answer = send(messages);
      messages.add(isStreamed() ? assembled(answer.body()) : whole(answer.body()));
      return answer;
    }

    /// Sends all messages and one more, and keeps nothing.
    HttpResponse<String> branch(String thought) {
      var more = new ArrayList<>(messages);
      more.add(message("user", thought));
      return send(more);
    }

    private HttpResponse<String> send(List<ObjectNode> all) {
      var body = JSON.createObjectNode().put("model", MODEL).put("max_tokens", 8);
      body.put("stream", isStreamed()).putArray("messages").addAll(all);
      if (number % 3 == 0) {
        var tool = body.putArray("tools").addObject().put("type", "function");
        tool.putObject("function").put("name", "search");
      }
      var answer = node.send("/v1/chat/completions", body.toString()).join();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return answer;
    }

    private boolean isStreamed() {
      return number % 2 == 0;
    }

    /// Brings the results of the tools that were asked for, else goes on as the user.
    private void observe(String what) {
      var calls = messages.getLast().path("tool_calls");
      calls.forEach(call -> {
        var result = message("tool", what);
        messages.add(result.put("tool_call_id", call.path("id").asText()));
      });
      if (calls.isEmpty()) {
        say("user", what);
      }
    }

    private void say(String role, String text) {
      messages.add(message(role, text));
    }

    private static ObjectNode message(String role, String text) {
      return JSON.createObjectNode().put("role", role).put("content", text);
    }

    private static ObjectNode whole(String body) {
      var said = TestNode.json(body).path("choices").path(0).path("message");
      return said.<ObjectNode>deepCopy();
    }

    private static ObjectNode assembled(String events) {
      var text = new StringBuilder();
      var said = message("assistant", "");
      events
          .lines()
          .filter(line -> line.startsWith("data: {"))
          .map(line -> TestNode.json(line.substring("data: ".length())))
          .map(event -> event.path("choices").path(0).path("delta"))
          .forEach(delta -> {
            text.append(delta.path("content").asText(""));
            delta.path("tool_calls").forEach(call -> addCall(said, call));
          });
      return said.put("content", text.toString());
    }

    /// The first piece of a tool call names it; the others are its arguments.
    private static void addCall(ObjectNode said, JsonNode piece) {
      if (piece.hasNonNull("id")) {
        var call = said.withArray("tool_calls").addObject().put("type", "function");
        call.put("id", piece.path("id").asText());
        call.putObject("function").put("name", "search").put("arguments", "{\"query\":1}");
      }
    }
  }
}
