package dev.troupe.plan;

import java.util.Collection;
import java.util.Set;

/// What is said of a key that means nothing where it stands.
final class UnknownKey {

  /// Of shorter names almost any other is near.
  private static final int SHORTEST = 3;

  private UnknownKey() {}

  /// @param known keys, of which it may be one misspelt
  static InvalidPlanException of(String name, Collection<String> known) {
    return InvalidPlanException.of(
        PlanError.Code.UNKNOWN_KEY,
        "unknown key \""
            + PlanError.shown(name)
            + "\""
            + Nearest.to(name, known)
                .map(near -> "; did you mean \"" + near + "\"?")
                .orElse("; take it out"));
  }

  /// Whether a key is probably one that is missing, misspelt.
  static boolean isMeant(String name, String missing) {
    return missing.length() >= SHORTEST && Nearest.to(name, Set.of(missing)).isPresent();
  }
}
