package dev.troupe.plan;

import java.util.List;
import java.util.Locale;

/// Whether a request is worth a plan, or is better answered step by step: by its length and its words, as
/// the DAG runtime predecessor does. Costs nothing beside a call.
///
/// @param minWords a request of so many words is planned
public record PlanRouter(int minWords) {

  public static final PlanRouter DEFAULT = new PlanRouter(30);

  /// How a request is answered.
  public enum Way {
    /// One action after the other, each chosen with the result of the one before.
    REACT,
    /// By a plan.
    DAG,
    /// Whichever suits.
    AUTO
  }

  private static final List<String> PARALLEL =
      List.of(
          "and then",
          "in parallel",
          "simultaneously",
          "at the same time",
          "multiple",
          "several",
          "both",
          "compare",
          "aggregate",
          "combine",
          "collect",
          "gather");

  private static final List<String> TOOL_VERBS =
      List.of("search", "read", "write", "execute", "fetch", "list", "create", "delete", "find");

  private static final int MIN_TOOL_VERBS = 3;

  /// @param asked what the user asked for; only [Way#AUTO] is decided
  public Way route(Way asked, String request) {
    if (asked != Way.AUTO) {
      return asked;
    }
    String text = request.toLowerCase(Locale.ROOT).strip();
    boolean isLong = !text.isEmpty() && text.split("\\s+", minWords + 1).length >= minWords;
    boolean isParallel = PARALLEL.stream().anyMatch(text::contains);
    boolean hasManyVerbs = TOOL_VERBS.stream().filter(text::contains).count() >= MIN_TOOL_VERBS;
    return isLong || isParallel || hasManyVerbs ? Way.DAG : Way.REACT;
  }
}
