package dev.troupe.plan;

import com.ezylang.evalex.EvaluationException;
import com.ezylang.evalex.config.ExpressionConfiguration;
import com.ezylang.evalex.config.MapBasedFunctionDictionary;
import com.ezylang.evalex.config.MapBasedOperatorDictionary;
import com.ezylang.evalex.data.EvaluationValue;
import com.ezylang.evalex.functions.FunctionIfc;
import com.ezylang.evalex.functions.basic.AbsFunction;
import com.ezylang.evalex.functions.basic.AverageFunction;
import com.ezylang.evalex.functions.basic.CeilingFunction;
import com.ezylang.evalex.functions.basic.CoalesceFunction;
import com.ezylang.evalex.functions.basic.FloorFunction;
import com.ezylang.evalex.functions.basic.IfFunction;
import com.ezylang.evalex.functions.basic.MaxFunction;
import com.ezylang.evalex.functions.basic.MinFunction;
import com.ezylang.evalex.functions.basic.NotFunction;
import com.ezylang.evalex.functions.basic.SumFunction;
import com.ezylang.evalex.functions.string.StringContains;
import com.ezylang.evalex.functions.string.StringEndsWithFunction;
import com.ezylang.evalex.functions.string.StringLowerFunction;
import com.ezylang.evalex.functions.string.StringStartsWithFunction;
import com.ezylang.evalex.functions.string.StringTrimFunction;
import com.ezylang.evalex.functions.string.StringUpperFunction;
import com.ezylang.evalex.operators.OperatorIfc;
import com.ezylang.evalex.operators.arithmetic.InfixDivisionOperator;
import com.ezylang.evalex.operators.arithmetic.InfixMinusOperator;
import com.ezylang.evalex.operators.arithmetic.InfixModuloOperator;
import com.ezylang.evalex.operators.arithmetic.InfixMultiplicationOperator;
import com.ezylang.evalex.operators.arithmetic.InfixPlusOperator;
import com.ezylang.evalex.operators.arithmetic.InfixPowerOfOperator;
import com.ezylang.evalex.operators.arithmetic.PrefixMinusOperator;
import com.ezylang.evalex.operators.arithmetic.PrefixPlusOperator;
import com.ezylang.evalex.operators.booleans.InfixAndOperator;
import com.ezylang.evalex.operators.booleans.InfixEqualsOperator;
import com.ezylang.evalex.operators.booleans.InfixGreaterEqualsOperator;
import com.ezylang.evalex.operators.booleans.InfixGreaterOperator;
import com.ezylang.evalex.operators.booleans.InfixLessEqualsOperator;
import com.ezylang.evalex.operators.booleans.InfixLessOperator;
import com.ezylang.evalex.operators.booleans.InfixNotEqualsOperator;
import com.ezylang.evalex.operators.booleans.InfixOrOperator;
import com.ezylang.evalex.operators.booleans.PrefixNotOperator;
import com.ezylang.evalex.parser.ASTNode;
import com.ezylang.evalex.parser.ParseException;
import com.ezylang.evalex.parser.Token;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What expressions may say: arithmetic, comparisons, logic, and a few functions of numbers, texts and
/// lists; evaluated by EvalEx with nothing of its own but these, each checked before it could grow beyond
/// bounds.
final class Formula {

  private static final int MAX_DEPTH = 256;
  private static final int MAX_NUMBER_LENGTH = 40;

  private static final ExpressionConfiguration CONFIGURATION =
      ExpressionConfiguration.builder()
          .operatorDictionary(operators())
          .functionDictionary(functions())
          .defaultConstants(
              Map.of(
                  "TRUE", EvaluationValue.TRUE,
                  "FALSE", EvaluationValue.FALSE,
                  "NULL", EvaluationValue.NULL_VALUE))
          .implicitMultiplicationAllowed(false)
          .singleQuoteStringLiteralsAllowed(true)
          .binaryAllowed(false)
          .lenientMode(false)
          .maxRecursionDepth(MAX_DEPTH)
          .dateTimeFormatters(List.of())
          .zoneId(ZoneOffset.UTC)
          .locale(Locale.ROOT)
          .build();

  private Formula() {}

  static String variable(int index) {
    return "r" + index;
  }

  /// Copies one character of a quoted text, with the one it escapes.
  static int copyQuoted(String source, int at, StringBuilder to) {
    int end = source.charAt(at) == '\\' && at + 1 < source.length() ? at + 2 : at + 1;
    to.append(source, at, end);
    return end;
  }

  /// @throws InvalidPlanException if it cannot be read, or uses what there is not
  static void check(Expression expression) {
    try {
      ASTNode tree = parsed(expression).getAbstractSyntaxTree();
      checkNode(tree, expression, MAX_DEPTH);
    } catch (ParseException unreadable) {
      throw invalid(expression, String.valueOf(unreadable.getMessage()));
    } catch (InvalidPlanException refused) {
      throw refused;
    } catch (RuntimeException unreadable) {
      // The library says some of what it cannot read by exceptions of the language.
      throw invalid(expression, "it cannot be read");
    }
  }

  private static void checkNode(ASTNode node, Expression expression, int depth) {
    if (depth == 0) {
      throw invalid(expression, "it is nested more than " + MAX_DEPTH + " deep");
    }
    Token token = node.getToken();
    switch (token.getType()) {
      case NUMBER_LITERAL -> {
        if (token.getValue().length() > MAX_NUMBER_LENGTH
            || !Bounds.holds(
                EvaluationValue.numberOfString(token.getValue(), CONFIGURATION.getMathContext()))) {
          throw invalid(expression, "the number " + token.getValue() + " is too long");
        }
      }
      case VARIABLE_OR_CONSTANT -> {
        if (!isKnown(token.getValue(), expression)) {
          throw invalid(
              expression, token.getValue() + " means nothing; write $" + token.getValue());
        }
      }
      default -> {}
    }
    for (ASTNode each : node.getParameters()) {
      checkNode(each, expression, depth - 1);
    }
  }

  private static boolean isKnown(String name, Expression expression) {
    if (CONFIGURATION.getDefaultConstants().containsKey(name.toUpperCase(Locale.ROOT))) {
      return true;
    }
    for (int i = 0; i < expression.references().size(); i++) {
      if (variable(i).equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static com.ezylang.evalex.Expression parsed(Expression expression) {
    return new com.ezylang.evalex.Expression(expression.formula(), CONFIGURATION);
  }

  static Expression.Outcome evaluate(
      Expression expression, Function<Argument.Reference, Optional<JsonNode>> values) {
    com.ezylang.evalex.Expression formula = parsed(expression);
    try {
      for (int i = 0; i < expression.references().size(); i++) {
        Argument.Reference reference = expression.references().get(i);
        Optional<JsonNode> value = values.apply(reference);
        if (value.isEmpty()) {
          return new Expression.Failed(reference + " has no value");
        }
        formula.with(variable(i), FormulaValues.of(value.get()));
      }
      return new Expression.Value(FormulaValues.json(formula.evaluate()));
    } catch (EvaluationException | ParseException failed) {
      return new Expression.Failed(PlanError.shown(String.valueOf(failed.getMessage())));
    } catch (Bounds.ExceededException exceeded) {
      return new Expression.Failed(exceeded.why());
    } catch (RuntimeException failed) {
      // What the library's own operators throw of values that they were not made for.
      return new Expression.Failed(
          "it cannot be computed of these values: " + failed.getClass().getSimpleName());
    }
  }

  private static InvalidPlanException invalid(Expression expression, String why) {
    return InvalidPlanException.of(
        PlanError.Code.INVALID_INPUT,
        "the expression \"" + PlanError.shown(expression.source()) + "\": " + PlanError.shown(why));
  }

  private static MapBasedOperatorDictionary operators() {
    MapBasedOperatorDictionary operators = new MapBasedOperatorDictionary();
    Map<String, OperatorIfc> all =
        Map.ofEntries(
            Map.entry("+", new PrefixPlusOperator()),
            Map.entry("-", new PrefixMinusOperator()),
            Map.entry("!", new PrefixNotOperator()));
    all.forEach(operators::addOperator);
    Map<String, OperatorIfc> infix =
        Map.ofEntries(
            Map.entry("+", new BoundedOperator(new InfixPlusOperator())),
            Map.entry("-", new BoundedOperator(new InfixMinusOperator())),
            Map.entry("*", new BoundedOperator(new InfixMultiplicationOperator())),
            Map.entry("/", new BoundedOperator(new InfixDivisionOperator())),
            Map.entry("%", new BoundedOperator(new InfixModuloOperator())),
            Map.entry("^", new BoundedOperator(new InfixPowerOfOperator())),
            Map.entry("==", new InfixEqualsOperator()),
            Map.entry("=", new InfixEqualsOperator()),
            Map.entry("!=", new InfixNotEqualsOperator()),
            Map.entry(">", new InfixGreaterOperator()),
            Map.entry(">=", new InfixGreaterEqualsOperator()),
            Map.entry("<", new InfixLessOperator()),
            Map.entry("<=", new InfixLessEqualsOperator()),
            Map.entry("&&", new InfixAndOperator()),
            Map.entry("||", new InfixOrOperator()));
    infix.forEach(operators::addOperator);
    return operators;
  }

  private static MapBasedFunctionDictionary functions() {
    MapBasedFunctionDictionary functions = new MapBasedFunctionDictionary();
    Map<String, FunctionIfc> all =
        Map.ofEntries(
            Map.entry("ABS", new AbsFunction()),
            Map.entry("AVERAGE", new AverageFunction()),
            Map.entry("CEILING", new CeilingFunction()),
            Map.entry("COALESCE", new CoalesceFunction()),
            Map.entry("CONTAINS", new StringContains()),
            Map.entry("ENDS_WITH", new StringEndsWithFunction()),
            Map.entry("FLOOR", new FloorFunction()),
            Map.entry("IF", new IfFunction()),
            Map.entry("LENGTH", new LengthFunction()),
            Map.entry("LOWER", new StringLowerFunction()),
            Map.entry("MAX", new MaxFunction()),
            Map.entry("MIN", new MinFunction()),
            Map.entry("NOT", new NotFunction()),
            Map.entry("ROUND", new RoundFunction()),
            Map.entry("STARTS_WITH", new StringStartsWithFunction()),
            Map.entry("SUM", new SumFunction()),
            Map.entry("TRIM", new StringTrimFunction()),
            Map.entry("UPPER", new StringUpperFunction()));
    all.forEach(functions::addFunction);
    return functions;
  }
}
