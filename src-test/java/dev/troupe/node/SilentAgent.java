package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/// An agent's loop that sends back all that was said, and nothing else.
///
/// It goes to its nodes in turn. Which one it is decides what it does: every second one streams, every
/// third gets tool calls, every fifth has no system prompt.
final class SilentAgent {

  private static final String MODEL = "stage";
  private static final int TURNS = 5;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<TestNode> nodes;
  private final int number;
  private final List<ObjectNode> messages = new ArrayList<>();
  private int calls;

  /// @param number unlike that of any other agent
  SilentAgent(List<TestNode> nodes, int number) {
    this.nodes = nodes;
    this.number = number;
    if (number % 5 != 0) {
      say("system", "You are an agent. ".repeat(100));
    }
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
    var node = nodes.get(calls++ % nodes.size());
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

  static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElseThrow();
  }
}
