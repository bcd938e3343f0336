package dev.troupe.run;

/// How many tokens a text has, before the model that reads it has counted.
///
/// At first as many as [TokenCount] finds; then corrected by what the prompts of this run came to when they
/// were measured. What was measured weighs as much as its length, against [#PRIOR_TOKENS] of the first guess.
final class TokenEstimate {

  /// A longer text is judged by its beginning.
  static final int SAMPLE_CHARS = 4_096;

  /// As is usual of English prose, where there is no text to look at.
  private static final double CHARS_PER_TOKEN = 4;

  private static final double PRIOR_TOKENS = 50;

  private double measuredChars;
  private double measuredTokens;

  /// Tokens of a text of this length; at least 1.
  ///
  /// @param sample its beginning, of [#SAMPLE_CHARS] characters, or all of it
  long of(String sample, long length) {
    return sample.isEmpty()
        ? ofChars(length)
        : ofChars(length, (double) sample.length() / TokenCount.of(sample));
  }

  /// Tokens of a text of this length of which nothing else is known; at least 1.
  long ofChars(long length) {
    return ofChars(length, CHARS_PER_TOKEN);
  }

  /// @param charsPerToken as guessed of this text
  private long ofChars(long length, double charsPerToken) {
    double tokens = length * (PRIOR_TOKENS + measuredTokens) / chars(charsPerToken);
    // What is a whole number but for rounding is that number.
    return Math.max(1, (long) Math.ceil(tokens - 1e-6));
  }

  /// The length of a text of so many tokens.
  long charsOf(long count) {
    return (long) Math.floor(count * chars(CHARS_PER_TOKEN) / (PRIOR_TOKENS + measuredTokens));
  }

  private double chars(double charsPerToken) {
    return PRIOR_TOKENS * charsPerToken + measuredChars;
  }

  /// Somebody counted the tokens of a text of this length.
  void measured(long length, long count) {
    if (length > 0 && count > 0) {
      measuredChars += length;
      measuredTokens += count;
    }
  }
}
