package dev.troupe.plan;

import dev.troupe.program.Nearest;
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
        "unknown key \"" + PlanError.shown(name) + "\"" + mend(name, known));
  }

  private static String mend(String name, Collection<String> known) {
    return name.equals("priority") && known.contains("program")
        ? "; how much a run matters is said in \"program\": {\"program\": {\"priority\": 2}}"
        : Nearest.to(name, known)
            .map(near -> "; did you mean \"" + near + "\"?")
            .orElse("; take it out");
  }

  /// Whether a key is probably one that is missing, misspelt.
  static boolean isMeant(String name, String missing) {
    return missing.length() >= SHORTEST && Nearest.to(name, Set.of(missing)).isPresent();
  }
}
