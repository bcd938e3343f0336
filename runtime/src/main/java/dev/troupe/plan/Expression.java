package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A small formula over results of other steps, such as `$search.hits[0].score * 2 > 1`. Without loops,
/// side effects or access to anything but the results it names; evaluated within fixed bounds of length,
/// depth, size of numbers and length of texts.
///
/// @param source as written
/// @param formula the same with the n-th reference named `rN`
/// @param references the results it names, in the order written
public record Expression(String source, String formula, List<Argument.Reference> references) {

  public static final int MAX_LENGTH = 2_000;

  /// What came of it.
  public sealed interface Outcome {}

  public record Value(JsonNode value) implements Outcome {}

  /// @param why such as a division by zero or a reference without a value
  public record Failed(String why) implements Outcome {}

  public Expression {
    references = List.copyOf(references);
    if (source.isBlank() || source.length() > MAX_LENGTH) {
      throw InvalidPlanException.of(
          PlanError.Code.INVALID_INPUT, "an expression has 1 to " + MAX_LENGTH + " characters");
    }
  }

  /// Reads an expression.
  ///
  /// @throws InvalidPlanException if it is none, or refers to what is not known
  static Expression of(String source, Names names) {
    if (source.length() > MAX_LENGTH) {
      return new Expression(source, "", List.of());
    }
    StringBuilder formula = new StringBuilder();
    List<Argument.Reference> references = new ArrayList<>();
    int at = 0;
    char quote = 0;
    while (at < source.length()) {
      char next = source.charAt(at);
      if (quote != 0) {
        at = Formula.copyQuoted(source, at, formula);
        quote = next == quote ? 0 : quote;
      } else if (next == '$') {
        int braces = source.startsWith("{", at + 1) ? 1 : 0;
        int from = at + 1 + braces;
        References.Found found =
            References.at(source, from, names)
                .filter(each -> braces == 0 || source.startsWith("}", each.end()))
                .orElseThrow(() -> References.unknown(source.substring(from)));
        formula.append(' ').append(Formula.variable(references.size())).append(' ');
        references.add(found.reference());
        at = found.end() + braces;
      } else {
        quote = next == '"' || next == '\'' ? next : 0;
        formula.append(next);
        at++;
      }
    }
    Expression expression = new Expression(source, formula.toString(), references);
    Formula.check(expression);
    return expression;
  }

  /// Evaluates it. Cost: bounded by its length times the size of the values it names.
  ///
  /// @param values the value of each reference; empty where there is none
  public Outcome evaluate(Function<Argument.Reference, Optional<JsonNode>> values) {
    return Formula.evaluate(this, values);
  }
}
