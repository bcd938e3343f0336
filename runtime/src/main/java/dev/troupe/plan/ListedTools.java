package dev.troupe.plan;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A catalogue that was listed once.
record ListedTools(Map<String, Tool> byName) implements ToolCatalog {

  ListedTools(Collection<Tool> tools) {
    this(byName(tools));
  }

  private static Map<String, Tool> byName(Collection<Tool> tools) {
    Map<String, Tool> byName = new TreeMap<>();
    tools.forEach(tool -> byName.put(tool.name(), tool));
    return byName;
  }

  @Override
  public Optional<Tool> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  @Override
  public List<Tool> tools() {
    return List.copyOf(byName.values());
  }
}
