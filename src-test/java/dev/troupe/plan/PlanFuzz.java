package dev.troupe.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/// Submissions that nobody would write: sound ones with some of their parts changed, taken away or put
/// elsewhere, and some of their characters too. The same seed makes the same ones.
public final class PlanFuzz {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> SOUND =
      List.of(
          """
          {"id": "r", "policy": {"timeout_ms": 2000, "max_parallelism": 2, "durability": "none",
            "budget_limit": {"amount": 1, "currency": "USD", "tokens": 1000, "calls": 9},
            "context_policy": {"max_tokens": 100, "strategy": "keep_last_n", "keep_last_n": 3}},
           "tasks": [
            {"id": "a", "prompt": "x", "model": "solo", "max_tokens": 2, "inputs": {"k": "v"}},
            {"id": "b", "kind": "llm", "model": "solo", "prompt": "${a} $a", "max_tokens": 2, "deps": ["a"],
             "retry": {"max_retries": 1, "backoff_ms": [1]}, "optional": true, "priority": 3}]}
          """,
          """
          {"policy": {"mode": "batched", "failure_mode": "isolate", "timeout_ms": 2000}, "tasks": [
            {"id": "m", "kind": "map", "items": [1, 2], "max_parallel": 2, "steps": [
              {"id": "j", "kind": "join"}, {"id": "w", "kind": "wait", "duration_ms": 1}]},
            {"id": "c", "kind": "condition", "if": "$m[0] == 1 && LENGTH(\\"x\\") > 0",
             "then": [{"id": "t", "kind": "join"}], "else": [{"id": "e", "kind": "join"}]},
            {"id": "l", "kind": "loop", "max_iterations": 3, "until": "$iteration >= 1",
             "steps": [{"id": "s", "kind": "join", "how": "list"}]},
            {"id": "s", "kind": "subrun", "inputs": {"x": "$m"}, "policy": {"max_parallelism": 1},
             "steps": [{"id": "i", "kind": "join", "how": "text"}]}]}
          """,
          """
          {"tasks": [
            {"id": "h", "kind": "http", "method": "GET", "url": "http://nowhere.invalid/", "retry": {"preset": "none"}},
            {"id": "f", "kind": "function", "name": "f", "args": {"q": {"$ref": "h.x", "required": false, "default": 1}},
             "timeout_ms": 5},
            {"id": "p", "kind": "approval", "question": "?", "timeout_ms": 5},
            {"id": "e", "kind": "join", "how": "object", "deps": ["h", "f", "p"]}],
           "policy": {"timeout_ms": 500, "failure_mode": "partial_completion"},
           "metadata": {"team": "red"}, "memory": {"m": 1}, "program": {"id": "p", "parent": "q"}}
          """,
          """
          {"tasks": [{"id": "j", "kind": "join"}],
           "webhook": {"url": "http://nowhere.invalid/", "secret": "s", "events": ["run_ended"]}}
          """,
          """
          {"model": "solo", "analysis": {"strategy": "heuristic"}, "parallelization": {"enabled": true}, "plan": {
            "locale": "en", "has_enough_context": false, "thought": "", "title": "t", "steps": [
             {"need_search": true, "title": "A", "description": "", "step_type": "research"},
             {"need_search": false, "title": "B", "description": "based on A", "step_type": "processing"}]}}
          """,
          """
          {"plan": {"nodes": [
            {"id": "a", "type": "tool_exec", "payload": {"tool_name": "f", "args_json": "{\\"q\\": 1}"}},
            {"id": "b", "type": "tool_exec", "payload": {"tool_name": "f", "args_json": "{\\"q\\": \\"#a\\"}"},
             "depends_on": ["a"]}], "joiner_query": "?"}, "policy": {"timeout_ms": 200}}
          """,
          """
          {"llmcompiler": "1. f(\\"a\\")\\n2. f(\\"$1\\")\\n3. join()<END_OF_PLAN>", "policy": {"timeout_ms": 200}}
          """,
          """
          {"tool_calls": [{"id": "c", "name": "f", "arguments": {"u": 1}},
            {"id": "d", "type": "function", "function": {"name": "f", "arguments": "{\\"u\\": \\"$tool.c.x\\"}"}}],
           "policy": {"timeout_ms": 200}}
          """,
          """
          {"tasks": [{"id": "t", "tool_name": "f", "args": {"q": {"type": "literal", "value": 1}}},
            {"id": "u", "tool_name": "f", "depends_on": ["t"], "args": {
             "e": {"type": "expression", "expression": "$t.x + 1"},
             "m": {"type": "merged", "sourceMap": {"k": "$t", "n": {"type": "literal", "value": 3}}}}}],
           "policy": {"timeout_ms": 200}}
          """,
          """
          {"workflow": {"name": "w", "type": "custom", "models": {"r": "solo"},
            "steps": [{"id": "a", "role": "r", "outputs": ["x"]}, {"id": "b", "role": "r", "depends_on": ["a"]}]},
           "policy": {"timeout_ms": 500}}
          """);

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "a",
          "$a",
          "${a}",
          "${",
          "$$",
          "${a.b[0]}",
          "a.b",
          "\u0000",
          "\ud83d",
          "../..",
          "1e309",
          "role:fast",
          "solo",
          "9".repeat(400),
          "(".repeat(400),
          "x".repeat(5_000),
          "$m[99999999999]",
          "1 + ",
          "2^2^2^2^2^9",
          "'");

  private final Random random;

  public PlanFuzz(long seed) {
    this.random = new Random(seed);
  }

  /// The body of one submission.
  public byte[] next() {
    var json = sound(SOUND.get(random.nextInt(SOUND.size())));
    if (json instanceof ObjectNode object) {
      object.remove("id");
    }
    for (int changes = random.nextInt(4); changes > 0; changes--) {
      change(json);
    }
    var bytes = json.toString().getBytes(StandardCharsets.UTF_8);
    return random.nextInt(5) == 0 ? broken(bytes) : bytes;
  }

  private static JsonNode sound(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException(text, broken);
    }
  }

  private byte[] broken(byte[] bytes) {
    if (random.nextInt(3) == 0) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private void change(JsonNode root) {
    var inner = new ArrayList<JsonNode>();
    gather(root, inner);
    switch (inner.get(random.nextInt(inner.size()))) {
      case ObjectNode object -> change(object, inner);
      case ArrayNode array -> change(array, inner);
      case JsonNode other -> throw new IllegalStateException(other.toString());
    }
  }

  /// Everything that has parts.
  private static void gather(JsonNode node, List<JsonNode> found) {
    if (node.isContainerNode()) {
      found.add(node);
      for (Iterator<JsonNode> parts = node.elements(); parts.hasNext(); ) {
        gather(parts.next(), found);
      }
    }
  }

  private void change(ObjectNode object, List<JsonNode> inner) {
    var names = new ArrayList<String>();
    object.fieldNames().forEachRemaining(names::add);
    if (names.isEmpty()) {
      object.set(text(), any(inner));
      return;
    }
    var name = names.get(random.nextInt(names.size()));
    switch (random.nextInt(4)) {
      case 0 -> object.remove(name);
      case 1 -> object.set(text(), object.get(name).deepCopy());
      default -> object.set(name, any(inner));
    }
  }

  private void change(ArrayNode array, List<JsonNode> inner) {
    if (array.isEmpty() || random.nextInt(3) == 0) {
      array.add(any(inner));
      return;
    }
    int at = random.nextInt(array.size());
    switch (random.nextInt(3)) {
      case 0 -> array.remove(at);
      case 1 -> array.add(array.get(at).deepCopy());
      default -> array.set(at, any(inner));
    }
  }

  private JsonNode any(List<JsonNode> inner) {
    var nodes = JsonNodeFactory.instance;
    return switch (random.nextInt(10)) {
      case 0 -> nodes.nullNode();
      case 1 -> nodes.booleanNode(random.nextBoolean());
      case 2 -> nodes.numberNode(random.nextInt(5) - 2);
      case 3 -> nodes.numberNode(random.nextLong());
      case 4 -> nodes.numberNode(random.nextGaussian() * 1e300);
      case 5 -> nodes.objectNode();
      case 6 -> nodes.arrayNode();
      case 7 -> inner.get(random.nextInt(inner.size())).deepCopy();
      default -> nodes.textNode(text());
    };
  }

  private String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }
}
