package dev.troupe.run;

/// How many tokens a text has, before anybody has counted.
///
/// At first a quarter of its characters, as is usual of English prose; then what the prompts of this run
/// came to when they were measured. What was measured weighs as much as its length, against
/// [#PRIOR_TOKENS] of the first guess.
final class TokenEstimate {

  private static final double CHARS_PER_TOKEN = 4;
  private static final double PRIOR_TOKENS = 50;

  private double chars = PRIOR_TOKENS * CHARS_PER_TOKEN;
  private double tokens = PRIOR_TOKENS;

  /// Tokens of a text of this length; at least 1.
  long ofChars(long length) {
    return Math.max(1, (long) Math.ceil(length * tokens / chars));
  }

  /// The length of a text of so many tokens.
  long charsOf(long count) {
    return (long) Math.floor(count * chars / tokens);
  }

  /// Somebody counted the tokens of a text of this length.
  void measured(long length, long count) {
    if (length > 0 && count > 0) {
      chars += length;
      tokens += count;
    }
  }
}
