package dev.troupe.plan;

import com.ezylang.evalex.data.EvaluationValue;
import java.math.BigDecimal;

/// How large values may grow while an expression is evaluated.
final class Bounds {

  /// Digits before and behind the point.
  private static final int MAX_DIGITS = 1_000;

  static final int MAX_CHARS = 1_000_000;
  static final int MAX_NODES = 100_000;

  /// A value has grown too large.
  static final class ExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String why;

    ExceededException(String why) {
      super(why, null, false, false);
      this.why = why;
    }

    String why() {
      return why;
    }
  }

  private Bounds() {}

  static boolean holds(BigDecimal number) {
    return number.precision() <= MAX_DIGITS
        && number.scale() <= MAX_DIGITS
        && number.scale() >= -MAX_DIGITS;
  }

  static boolean holds(EvaluationValue value) {
    if (value.isNumberValue()) {
      return holds(value.getNumberValue());
    }
    return !value.isStringValue() || value.getStringValue().length() <= MAX_CHARS;
  }

  static EvaluationValue checked(EvaluationValue value) {
    if (!holds(value)) {
      throw new ExceededException("a value grows too large");
    }
    return value;
  }
}
