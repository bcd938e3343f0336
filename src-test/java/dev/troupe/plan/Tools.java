package dev.troupe.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Arrays;

/// A catalogue for tests: `name(parameter:type, …)`, a `!` before those that may not run beside others.
final class Tools {

  private Tools() {}

  static final ToolCatalog ALL =
      of(
          "search(query:string)",
          "fetch(url:string)",
          "rate(text:string)",
          "math(problem:string, context:array)",
          "publish(score, first, note, both)",
          "!write(path:string, text:string)");

  static ToolCatalog of(String... signatures) {
    return ToolCatalog.of(Arrays.stream(signatures).map(Tools::tool).toList());
  }

  private static ToolCatalog.Tool tool(String signature) {
    boolean isBarrier = signature.startsWith("!");
    String name = signature.substring(isBarrier ? 1 : 0, signature.indexOf('('));
    String inside = signature.substring(signature.indexOf('(') + 1, signature.indexOf(')'));
    StringBuilder schema = new StringBuilder("{\"type\":\"object\",\"properties\":{");
    String separator = "";
    for (String each : inside.isBlank() ? new String[0] : inside.split(",")) {
      String[] parts = each.strip().split(":");
      schema.append(separator).append('"').append(parts[0]).append("\":{");
      schema.append(parts.length > 1 ? "\"type\":\"" + parts[1] + "\"" : "").append('}');
      separator = ",";
    }
    try {
      return new ToolCatalog.Tool(
          name,
          "does " + name,
          new JsonMapper().readTree(schema + "}}"),
          !isBarrier,
          isBarrier ? Repeat.AT_MOST_ONCE : Repeat.IDEMPOTENT);
    } catch (JsonProcessingException broken) {
      throw new AssertionError(broken);
    }
  }
}
