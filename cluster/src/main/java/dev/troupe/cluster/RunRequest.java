package dev.troupe.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troupe.plan.Plan;
import dev.troupe.plan.RunPolicy;
import dev.troupe.program.ProgramPriority;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunId;
import dev.troupe.run.RunProgram;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;

/// A run that an application wants: a plan, and how it is to be treated. Immutable; what is not said is as
/// over HTTP.
///
/// @param id the run's name; a second run of one name is refused
/// @param memory what every step's context begins with
/// @param metadata comes back with the run
public record RunRequest(
    RunId id,
    Plan plan,
    RunPolicy policy,
    Map<String, JsonNode> memory,
    Map<String, JsonNode> metadata) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public RunRequest {
    memory = Map.copyOf(memory);
    metadata = Map.copyOf(metadata);
  }

  /// A run with a name of its own.
  public static RunRequest of(Plan plan) {
    return new RunRequest(
        new RunId("run-" + UUID.randomUUID()), plan, RunPolicy.DEFAULT, Map.of(), Map.of());
  }

  /// The same by another name.
  public RunRequest named(String id) {
    return new RunRequest(new RunId(id), plan, policy, memory, metadata);
  }

  /// The same within other limits.
  public RunRequest within(RunPolicy policy) {
    return new RunRequest(id, plan, policy, memory, metadata);
  }

  /// The same as a part of a program: its model calls are charged to that. Else a run is a program by itself.
  public RunRequest ofProgram(String program) {
    return with(RunProgram.of(metadata).named(program));
  }

  /// The same, and its program is said to matter so much beside others.
  ///
  /// @param priority from -4 to 4, see [ProgramPriority]
  /// @throws IllegalArgumentException for another one
  public RunRequest withPriority(int priority) {
    int said = ProgramPriority.checked(priority);
    return with(RunProgram.of(metadata).withPriority(OptionalInt.of(said)));
  }

  private RunRequest with(RunProgram program) {
    var all = new HashMap<>(metadata);
    program.write(all);
    return new RunRequest(id, plan, policy, memory, all);
  }

  /// The same with something to remember.
  ///
  /// @param value of any type that Jackson writes
  public RunRequest remembering(String key, Object value) {
    return new RunRequest(id, plan, policy, with(memory, key, JSON.valueToTree(value)), metadata);
  }

  /// The same with something that comes back with the run.
  ///
  /// @param value of any type that Jackson writes
  public RunRequest labelled(String key, Object value) {
    return new RunRequest(id, plan, policy, memory, with(metadata, key, JSON.valueToTree(value)));
  }

  RunCommand.Submit command() {
    return RunCommand.Submit.of(id, plan, policy).withMemory(memory).withMetadata(metadata);
  }

  private static Map<String, JsonNode> with(Map<String, JsonNode> map, String key, JsonNode value) {
    var all = new HashMap<>(map);
    all.put(key, value);
    return all;
  }
}
