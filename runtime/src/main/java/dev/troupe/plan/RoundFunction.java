package dev.troupe.plan;

import com.ezylang.evalex.Expression;
import com.ezylang.evalex.data.EvaluationValue;
import com.ezylang.evalex.functions.AbstractFunction;
import com.ezylang.evalex.functions.FunctionParameter;
import com.ezylang.evalex.parser.Token;
import java.math.BigDecimal;
import java.math.RoundingMode;

/// A number with so many digits behind the point, halves away from zero.
@FunctionParameter(name = "value")
@FunctionParameter(name = "digits")
final class RoundFunction extends AbstractFunction {

  private static final BigDecimal MAX_DIGITS = BigDecimal.valueOf(100);

  @Override
  public EvaluationValue evaluate(Expression expression, Token token, EvaluationValue... values) {
    BigDecimal digits = values[1].getNumberValue();
    if (digits.signum() < 0 || digits.compareTo(MAX_DIGITS) > 0) {
      throw new Bounds.ExceededException("ROUND takes 0 to " + MAX_DIGITS + " digits");
    }
    Bounds.checked(values[0]);
    return EvaluationValue.numberValue(
        values[0].getNumberValue().setScale(digits.intValue(), RoundingMode.HALF_UP));
  }
}
