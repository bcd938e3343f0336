package dev.troupe.run;

/// What was, or may be, spent.
///
/// @param micros millionths of the run's currency
/// @param tokens of prompts and outputs together
/// @param calls of models and tools
public record Expense(long micros, long tokens, int calls) {

  public static final Expense NONE = new Expense(0, 0, 0);

  public Expense {
    if (micros < 0 || tokens < 0 || calls < 0) {
      throw new IllegalArgumentException("an expense is not negative");
    }
  }

  /// Both together; stays at the largest number there is.
  public Expense plus(Expense other) {
    return new Expense(
        saturated(micros, other.micros),
        saturated(tokens, other.tokens),
        (int) Math.min(Integer.MAX_VALUE, (long) calls + other.calls));
  }

  /// This without `part`, which was in it.
  Expense minus(Expense part) {
    return new Expense(
        Math.max(0, micros - part.micros),
        Math.max(0, tokens - part.tokens),
        Math.max(0, calls - part.calls));
  }

  private static long saturated(long one, long other) {
    long sum = one + other;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
