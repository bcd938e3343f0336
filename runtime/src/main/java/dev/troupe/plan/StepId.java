package dev.troupe.plan;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.troupe.program.Identifiers;
import java.util.Optional;
import java.util.function.Predicate;

/// The name of a step within its run.
///
/// What users write is a *local* id: 1 to 256 characters without white space, control characters and
/// any of `[ ] { } ( ) $ # , " '` and backslash. A step inside another (of a map, a condition, a
/// loop, a sub-run) is named by the way to it: `each[3].fetch` is the step `fetch` of the fourth item
/// of the map `each`. As no local id contains a bracket, the two never collide.
///
/// Ids are ordered by their UTF-16 code units; every order that a run depends on is this one.
public record StepId(String value) implements Comparable<StepId> {

  private static final String RESERVED = "[]{}()$#,\"'\\";

  /// The longest id: eight levels of local ids with their indices.
  static final int MAX_LENGTH = 8 * (Identifiers.MAX_LENGTH + 16);

  /// The step of this name; empty where none could have it.
  public static Optional<StepId> find(String name) {
    return name.isEmpty() || name.length() > MAX_LENGTH
        ? Optional.empty()
        : Optional.of(new StepId(name));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public StepId {
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("a step id has 1 to " + MAX_LENGTH + " characters");
    }
  }

  /// @throws InvalidPlanException if users may not give a step this id
  public static StepId local(String value) {
    if (!isLocal(value)) {
      throw InvalidPlanException.of(
          PlanError.Code.INVALID_INPUT,
          "\""
              + PlanError.shown(value)
              + "\" is no step id: 1 to "
              + Identifiers.MAX_LENGTH
              + " characters, no white space and none of "
              + RESERVED);
    }
    return new StepId(value);
  }

  static boolean isLocal(String value) {
    return Identifiers.isValid(value) && value.chars().allMatch(StepId::isAllowed);
  }

  static boolean isAllowed(int character) {
    return RESERVED.indexOf(character) < 0
        && !Character.isWhitespace(character)
        && !Character.isSpaceChar(character)
        && !Character.isISOControl(character);
  }

  /// The id that a step of the body of this one has in one of its instances.
  ///
  /// @param instance the index of the item or iteration, or the name of the branch
  public StepId inside(String instance, StepId child) {
    return new StepId(value + "[" + instance + "]." + child.value);
  }

  /// The step whose body this one belongs to; empty for a step of the plan itself.
  public Optional<StepId> container() {
    int bracket = value.lastIndexOf("].");
    return bracket < 0
        ? Optional.empty()
        : Optional.of(new StepId(value.substring(0, value.lastIndexOf('[', bracket))));
  }

  /// The instance of its container's body that this step belongs to, such as `3` or `then`.
  public Optional<String> instance() {
    int bracket = value.lastIndexOf("].");
    return bracket < 0
        ? Optional.empty()
        : Optional.of(value.substring(value.lastIndexOf('[', bracket) + 1, bracket));
  }

  /// The last part: what the plan's author wrote.
  public StepId local() {
    int bracket = value.lastIndexOf("].");
    return bracket < 0 ? this : new StepId(value.substring(bracket + 2));
  }

  /// What a name written in this step means: the nearest of its sibling, a sibling of its container,
  /// and so on outwards, that exists.
  public Optional<StepId> resolve(StepId name, Predicate<StepId> exists) {
    String prefix =
        value.substring(0, value.lastIndexOf("].") < 0 ? 0 : value.lastIndexOf("].") + 2);
    while (true) {
      StepId candidate = prefix.isEmpty() ? name : new StepId(prefix + name.value);
      if (exists.test(candidate)) {
        return Optional.of(candidate);
      }
      if (prefix.isEmpty()) {
        return Optional.empty();
      }
      int outer = prefix.lastIndexOf("].", prefix.length() - 3);
      prefix = outer < 0 ? "" : prefix.substring(0, outer + 2);
    }
  }

  @Override
  public int compareTo(StepId other) {
    return value.compareTo(other.value);
  }

  @JsonValue
  @Override
  public String toString() {
    return value;
  }
}
