package dev.troupe.actor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.troupe.plan.Repeat;
import dev.troupe.plan.ToolCatalog;
import dev.troupe.plan.ToolCatalog.Tool;
import dev.troupe.program.SettingsReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The functions that the configuration knows, for plans to be checked against and planning models to be
/// told of.
final class FunctionSettings {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> KEYS =
      Set.of("name", "description", "parameters", "parallel-safe", "repeat");

  private FunctionSettings() {}

  /// @param section with `functions` and `unlisted-functions`
  static ToolCatalog of(SettingsReader section) {
    List<Tool> tools = new ArrayList<>();
    for (var entry : section.sections("functions")) {
      tools.add(tool(entry));
    }
    return switch (section.text("unlisted-functions")) {
      case "wait" -> ToolCatalog.open(tools);
      case "refuse" -> ToolCatalog.of(tools);
      default ->
          throw new IllegalArgumentException(
              section.path("unlisted-functions")
                  + ": expected wait or refuse, not "
                  + section.text("unlisted-functions"));
    };
  }

  private static Tool tool(SettingsReader entry) {
    entry.expectOnly(KEYS);
    return new Tool(
        entry.text("name"),
        entry.has("description") ? entry.text("description") : "",
        entry.has("parameters") ? parameters(entry) : JsonNodeFactory.instance.objectNode(),
        !entry.has("parallel-safe") || entry.flag("parallel-safe"),
        entry.has("repeat") ? repeat(entry) : Repeat.IDEMPOTENT);
  }

  /// In a text of JSON, as the order of properties counts, and a section of the configuration has none.
  private static JsonNode parameters(SettingsReader entry) {
    try {
      var schema = JSON.readTree(entry.text("parameters"));
      if (schema.isObject()) {
        return schema;
      }
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException(noSchema(entry), broken);
    }
    throw new IllegalArgumentException(noSchema(entry));
  }

  private static String noSchema(SettingsReader entry) {
    return entry.path("parameters") + ": expected a JSON schema of an object, as a text";
  }

  private static Repeat repeat(SettingsReader entry) {
    try {
      return Repeat.valueOf(entry.text("repeat").toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw new IllegalArgumentException(
          entry.path("repeat") + ": expected idempotent, at_most_once or at_least_once", unknown);
    }
  }
}
