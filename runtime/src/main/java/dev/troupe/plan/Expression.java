package dev.troupe.plan;

import java.util.List;

/// A small formula over results of other steps, such as `$search.hits[0].score * 2 > 1`. Without loops,
/// side effects or access to anything but the results it names.
///
/// @param source as written
/// @param references the results it names, in the order written
public record Expression(String source, List<Argument.Reference> references) {

  public static final int MAX_LENGTH = 2_000;

  public Expression {
    references = List.copyOf(references);
    if (source.isBlank() || source.length() > MAX_LENGTH) {
      throw InvalidPlanException.of(
          PlanError.Code.INVALID_INPUT, "an expression has 1 to " + MAX_LENGTH + " characters");
    }
  }
}
