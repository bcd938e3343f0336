package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// The tools and functions that steps may name. Whoever runs them (callbacks in the JVM, workers outside,
/// configured web services, other protocols later) lists them here.
public interface ToolCatalog {

  /// One entry.
  ///
  /// @param description for a planning model
  /// @param parameters JSON schema of the arguments: an object schema; its order of properties is the order
  ///     of positional arguments
  /// @param isParallelSafe whether two calls may run at a time; one that is not is a barrier among tool
  ///     calls of one answer
  /// @param repeat what becomes of a call that may have happened
  record Tool(
      String name, String description, JsonNode parameters, boolean isParallelSafe, Repeat repeat) {
    public Tool {
      parameters = parameters.deepCopy();
    }
  }

  Optional<Tool> find(String name);

  /// All of them, by name.
  List<Tool> tools();

  /// A catalogue of these.
  static ToolCatalog of(Collection<Tool> tools) {
    return new ListedTools(tools, false);
  }

  /// A catalogue in which every name is found: what is known of those listed, and of the others nothing.
  static ToolCatalog open(Collection<Tool> tools) {
    return new ListedTools(tools, true);
  }
}
