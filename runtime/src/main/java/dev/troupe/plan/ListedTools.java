package dev.troupe.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A catalogue that was listed once.
///
/// @param isOpen whether there may be others, of which nothing is known
record ListedTools(Map<String, Tool> byName, boolean isOpen) implements ToolCatalog {

  ListedTools(Collection<Tool> tools, boolean isOpen) {
    this(byName(tools), isOpen);
  }

  private static Map<String, Tool> byName(Collection<Tool> tools) {
    Map<String, Tool> byName = new TreeMap<>();
    tools.forEach(tool -> byName.put(tool.name(), tool));
    return byName;
  }

  @Override
  public Optional<Tool> find(String name) {
    return Optional.ofNullable(byName.get(name)).or(() -> unlisted(name));
  }

  private Optional<Tool> unlisted(String name) {
    return isOpen
        ? Optional.of(
            new Tool(name, "", JsonNodeFactory.instance.objectNode(), true, Repeat.IDEMPOTENT))
        : Optional.empty();
  }

  @Override
  public List<Tool> tools() {
    return List.copyOf(byName.values());
  }
}
