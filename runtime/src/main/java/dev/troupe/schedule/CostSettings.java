package dev.troupe.schedule;

/// The `troupe.schedule.least-cost` section of the configuration, with the prices of `troupe.service`.
///
/// @param attainedWeight what a nanosecond that the program has received counts, in nanoseconds of
///     cost
/// @param aging what a nanosecond of waiting takes off the cost, in nanoseconds
/// @param prefillNanosPerToken to process a prompt token that is not cached
/// @param attentionNanosPerPair for such a token and each one before it
/// @param decodeNanosPerToken to generate a token
/// @param kvReadNanosPerToken what a token in the KV cache adds to each token generated beside it
public record CostSettings(
    double attainedWeight,
    double aging,
    double prefillNanosPerToken,
    double attentionNanosPerPair,
    double decodeNanosPerToken,
    double kvReadNanosPerToken) {

  /// Calls that share a step: those for which `troupe.service.decode-time-per-token` is given.
  private static final int BATCH = 32;

  public CostSettings {
    ScheduleSettings.require(
        attainedWeight >= 0 && attainedWeight < Double.POSITIVE_INFINITY,
        "least-cost.attained-weight",
        attainedWeight,
        "must not be negative");
    ScheduleSettings.require(
        aging >= 0 && aging < Double.POSITIVE_INFINITY,
        "least-cost.aging",
        aging,
        "must not be negative");
  }

  /// Engine time to process the rest of a prompt.
  double prefillNanos(int promptTokens, int cachedTokens) {
    double rest = Math.max(0, promptTokens - cachedTokens);
    double tokensBefore = cachedTokens + rest / 2;
    return rest * (prefillNanosPerToken + tokensBefore * attentionNanosPerPair);
  }

  /// By how much a call slows each token of the batch that it is in.
  double slowdownNanos(int promptTokens) {
    return promptTokens * kvReadNanosPerToken;
  }

  /// Engine time of a call: its prefill, its share of a batch's steps, and what it adds to them.
  public double callNanos(int promptTokens, int cachedTokens, int outputTokens) {
    return prefillNanos(promptTokens, cachedTokens)
        + outputTokens * (decodeNanosPerToken / BATCH + slowdownNanos(promptTokens));
  }
}
