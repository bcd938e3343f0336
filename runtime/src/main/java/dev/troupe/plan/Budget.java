package dev.troupe.plan;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What a run may spend at most, in each of money, tokens and calls.
///
/// @param micros millionths of the currency
/// @param currency three letters, such as `USD`
/// @param tokens of prompts and outputs together
/// @param calls of models and tools, retries among them
public record Budget(OptionalLong micros, String currency, OptionalLong tokens, OptionalInt calls) {

  public static final String DEFAULT_CURRENCY = "USD";

  /// No limit of any kind.
  public static final Budget UNLIMITED =
      new Budget(OptionalLong.empty(), DEFAULT_CURRENCY, OptionalLong.empty(), OptionalInt.empty());

  private static final int CODE_LENGTH = 3;

  public Budget {
    currency = currency.toUpperCase(Locale.ROOT);
    if (currency.length() != CODE_LENGTH
        || !currency.chars().allMatch(each -> each >= 'A' && each <= 'Z')) {
      throw invalid("currency must be a code of three letters such as USD");
    }
    if (micros.isPresent() && micros.getAsLong() <= 0) {
      throw invalid("budget_limit.amount must be more than 0");
    }
    if (tokens.isPresent() && tokens.getAsLong() <= 0) {
      throw invalid("budget_limit.tokens must be more than 0");
    }
    if (calls.isPresent() && calls.getAsInt() <= 0) {
      throw invalid("budget_limit.calls must be more than 0");
    }
  }

  public static Budget ofMoney(long micros, String currency) {
    return new Budget(OptionalLong.of(micros), currency, OptionalLong.empty(), OptionalInt.empty());
  }

  private static InvalidPlanException invalid(String message) {
    return InvalidPlanException.of(PlanError.Code.INVALID_INPUT, message);
  }
}
