package dev.troupe.plan;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.troupe.program.Identifiers;
import java.util.Locale;

/// Which model a step asks for: one by name, or whichever plays a role when the run is submitted.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "by")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ModelRef.Named.class, name = "name"),
  @JsonSubTypes.Type(value = ModelRef.InRole.class, name = "role")
})
public sealed interface ModelRef {

  String ROLE_PREFIX = "role:";

  /// A model of the catalogue.
  record Named(String name) implements ModelRef {
    public Named {
      checked("model", name);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /// The model that the catalogue gives a role, such as `flagship`, `balanced` or `fast`.
  record InRole(String role) implements ModelRef {
    public InRole {
      role = checked("role", role).toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
      return ROLE_PREFIX + role;
    }
  }

  /// Reads `qwen3-8b` or `role:fast`.
  ///
  /// @throws InvalidPlanException if it names nothing
  static ModelRef of(String text) {
    return text.startsWith(ROLE_PREFIX)
        ? new InRole(text.substring(ROLE_PREFIX.length()))
        : new Named(text);
  }

  private static String checked(String what, String value) {
    if (!Identifiers.isValid(value)) {
      throw InvalidPlanException.of(
          PlanError.Code.INVALID_INPUT,
          "a " + what + " has 1 to " + Identifiers.MAX_LENGTH + " characters, none of control");
    }
    return value;
  }
}
