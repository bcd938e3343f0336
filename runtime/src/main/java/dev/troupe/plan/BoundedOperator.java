package dev.troupe.plan;

import com.ezylang.evalex.EvaluationException;
import com.ezylang.evalex.Expression;
import com.ezylang.evalex.config.ExpressionConfiguration;
import com.ezylang.evalex.data.EvaluationValue;
import com.ezylang.evalex.operators.OperatorIfc;
import com.ezylang.evalex.operators.arithmetic.InfixPowerOfOperator;
import com.ezylang.evalex.parser.Token;
import java.math.BigDecimal;

/// An operator that refuses operands and results beyond [Bounds]. Two operands within them cannot grow
/// far beyond them in one operation, but for powers, whose exponent is bounded too.
record BoundedOperator(OperatorIfc operator) implements OperatorIfc {

  private static final BigDecimal MAX_EXPONENT = BigDecimal.valueOf(1_000);

  @Override
  public EvaluationValue evaluate(Expression expression, Token token, EvaluationValue... operands)
      throws EvaluationException {
    for (EvaluationValue each : operands) {
      Bounds.checked(each);
    }
    if (operator instanceof InfixPowerOfOperator
        && operands[1].isNumberValue()
        && operands[1].getNumberValue().abs().compareTo(MAX_EXPONENT) > 0) {
      throw new Bounds.ExceededException("an exponent may be at most " + MAX_EXPONENT);
    }
    return Bounds.checked(operator.evaluate(expression, token, operands));
  }

  @Override
  public int getPrecedence() {
    return operator.getPrecedence();
  }

  @Override
  public int getPrecedence(ExpressionConfiguration configuration) {
    return operator.getPrecedence(configuration);
  }

  @Override
  public boolean isLeftAssociative() {
    return operator.isLeftAssociative();
  }

  @Override
  public boolean isPrefix() {
    return operator.isPrefix();
  }

  @Override
  public boolean isPostfix() {
    return operator.isPostfix();
  }

  @Override
  public boolean isInfix() {
    return operator.isInfix();
  }

  @Override
  public boolean isOperandLazy() {
    return operator.isOperandLazy();
  }
}
