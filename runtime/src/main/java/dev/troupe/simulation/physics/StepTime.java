package dev.troupe.simulation.physics;

/// How long an engine takes for one step of its batch, in whole picoseconds, so that the time of n
/// equal steps is a sum without rounding.
///
/// With P prompt tokens and D decoding calls in the step:
///
/// ```
/// T = max(floor + perToken x (P + D), saturatedPerToken x (P + D))     matrix products
///   + kvRead x sum of the contexts of decoding calls                   reading the KV cache
///   + attentionPair x sum over chunks of chunk x (before + chunk / 2)  attention of prefills
///   + overhead                                                         CPU between steps
/// ```
///
/// A decoding call's context counts the token that the step writes. Where the constants come from
/// is said beside each in `simulation.conf`.
///
/// @param floorPicos reading the weights once
/// @param perTokenPicos while memory bandwidth is the limit
/// @param saturatedPerTokenPicos while arithmetic is the limit
/// @param kvReadPicos per token of context
/// @param attentionPairPicos per pair of a prompt token and one before it
/// @param overheadPicos per step
public record StepTime(
    long floorPicos,
    long perTokenPicos,
    long saturatedPerTokenPicos,
    long kvReadPicos,
    long attentionPairPicos,
    long overheadPicos) {

  public StepTime {
    if (Math.min(floorPicos, saturatedPerTokenPicos) <= 0
        || Math.min(Math.min(perTokenPicos, kvReadPicos), attentionPairPicos) < 0
        || overheadPicos < 0) {
      throw new IllegalArgumentException(
          "a step takes time, and nothing in it takes less than none");
    }
  }

  /// Time of one step.
  ///
  /// @param contextTokens sum of the contexts of decoding calls
  /// @param doubledPairs sum over the prefill chunks of `chunk x (2 x before + chunk)`
  public long picos(long prefillTokens, int decodes, long contextTokens, long doubledPairs) {
    return linearPicos(prefillTokens + decodes)
        + kvReadPicos * contextTokens
        + attentionPairPicos * doubledPairs / 2
        + overheadPicos;
  }

  /// Time of several steps of the same decoding calls, whose contexts grow by one token a step.
  ///
  /// @param contextTokens sum of their contexts in the first of the steps
  public long decodePicos(long steps, int decodes, long contextTokens) {
    return steps * (linearPicos(decodes) + overheadPicos)
        + kvReadPicos * (steps * contextTokens + steps * (steps - 1) / 2 * decodes);
  }

  private long linearPicos(long tokens) {
    return Math.max(floorPicos + perTokenPicos * tokens, saturatedPerTokenPicos * tokens);
  }
}
