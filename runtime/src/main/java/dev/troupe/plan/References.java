package dev.troupe.plan;

import java.util.Optional;

/// Finds references in texts: a name that is known, and the path that follows it.
final class References {

  /// A reference, and where the text goes on after it.
  record Found(Argument.Reference reference, int end) {}

  private References() {}

  /// The reference whose name begins at `from`; empty where no known name does.
  static Optional<Found> at(String text, int from, Names names) {
    return names
        .longestAt(text, from)
        .map(name -> {
          PathText path = new PathText(text, from + name.length());
          return new Found(Argument.Reference.to(new StepId(name), path.path()), path.end());
        });
  }

  /// The reference that a text is as a whole, without `$`: `search.hits[0]`.
  ///
  /// @throws InvalidPlanException if it names nothing known
  static Argument.Reference whole(String text, Names names) {
    Optional<Found> found = at(text, 0, names);
    if (found.isPresent() && found.get().end() == text.length()) {
      return found.get().reference();
    }
    throw found.isPresent() ? malformed(text) : unknown(text);
  }

  static InvalidPlanException unknown(String text) {
    int end = 0;
    while (end < text.length() && text.charAt(end) != '.' && StepId.isAllowed(text.charAt(end))) {
      end++;
    }
    return InvalidPlanException.of(
        PlanError.Code.DEP_NOT_FOUND,
        "$"
            + PlanError.shown(text.substring(0, end))
            + " refers to no step of the plan; write $$ for the character $ itself");
  }

  private static InvalidPlanException malformed(String text) {
    return InvalidPlanException.of(
        PlanError.Code.INVALID_INPUT,
        "\"$"
            + PlanError.shown(text)
            + "\" is no reference: write $step, $step.field or $step.list[0].field");
  }
}
