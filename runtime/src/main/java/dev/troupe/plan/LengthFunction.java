package dev.troupe.plan;

import com.ezylang.evalex.Expression;
import com.ezylang.evalex.data.EvaluationValue;
import com.ezylang.evalex.functions.AbstractFunction;
import com.ezylang.evalex.functions.FunctionParameter;
import com.ezylang.evalex.parser.Token;
import java.math.BigDecimal;

/// How many elements a list, fields an object or characters a text has.
@FunctionParameter(name = "value")
final class LengthFunction extends AbstractFunction {

  @Override
  public EvaluationValue evaluate(Expression expression, Token token, EvaluationValue... values) {
    EvaluationValue value = values[0];
    int length =
        value.isArrayValue()
            ? value.getArrayValue().size()
            : value.isStructureValue()
                ? value.getStructureValue().size()
                : value.getStringValue().length();
    return EvaluationValue.numberValue(BigDecimal.valueOf(length));
  }
}
