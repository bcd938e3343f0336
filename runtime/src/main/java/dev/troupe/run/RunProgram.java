package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.program.ProgramPriority;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What the metadata of a run say of the program whose calls the run's are.
///
/// @param name none: the run is a program by itself
/// @param parent the program that has spawned it
/// @param priority how much it matters beside others: [ProgramPriority]
public record RunProgram(Optional<String> name, Optional<String> parent, OptionalInt priority) {

  /// The keys of the metadata.
  public static final String NAME = "program";

  public static final String PARENT = "parent_program";
  public static final String PRIORITY = "program_priority";

  /// All of them.
  public static final List<String> KEYS = List.of(NAME, PARENT, PRIORITY);

  public static final RunProgram OWN =
      new RunProgram(Optional.empty(), Optional.empty(), OptionalInt.empty());

  /// What is no name or no priority says nothing.
  public static RunProgram of(Map<String, JsonNode> metadata) {
    JsonNode said = metadata.get(PRIORITY);
    return new RunProgram(
        text(metadata, NAME),
        text(metadata, PARENT),
        said != null && said.isInt() && ProgramPriority.isValid(said.intValue())
            ? OptionalInt.of(said.intValue())
            : OptionalInt.empty());
  }

  private static Optional<String> text(Map<String, JsonNode> metadata, String key) {
    return Optional.ofNullable(metadata.get(key))
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue);
  }

  public RunProgram named(String other) {
    return new RunProgram(Optional.of(other), parent, priority);
  }

  public RunProgram childOf(String other) {
    return new RunProgram(name, Optional.of(other), priority);
  }

  /// @param other none: it says nothing
  public RunProgram withPriority(OptionalInt other) {
    return new RunProgram(name, parent, other);
  }

  /// Puts what it says among metadata.
  public void write(Map<String, JsonNode> metadata) {
    name.ifPresent(each -> metadata.put(NAME, TextNode.valueOf(each)));
    parent.ifPresent(each -> metadata.put(PARENT, TextNode.valueOf(each)));
    priority.ifPresent(each -> metadata.put(PRIORITY, IntNode.valueOf(each)));
  }
}
