package dev.troupe.schedule;

import dev.troupe.program.ServiceSettings;

/// What a call costs its engine, by the prices of the `troupe.service` section of the configuration.
///
/// @param prefillNanosPerToken to process a prompt token that is not cached
/// @param attentionNanosPerPair for such a token and each one before it
/// @param decodeNanosPerToken to generate a token
/// @param kvReadNanosPerToken what a token in the KV cache adds to each token generated beside it
public record EnginePrices(
    double prefillNanosPerToken,
    double attentionNanosPerPair,
    double decodeNanosPerToken,
    double kvReadNanosPerToken) {

  /// Calls that share a step: those for which `troupe.service.decode-time-per-token` is given.
  private static final int BATCH = 32;

  static EnginePrices of(ServiceSettings service) {
    return new EnginePrices(
        service.prefillNanosPerToken(),
        service.attentionNanosPerPair(),
        service.decodeNanosPerToken(),
        service.kvReadNanosPerToken());
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
