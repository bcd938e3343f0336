package dev.troupe.program;

/// What a call costs its engine, in nanoseconds of engine time: the unit in which programs are
/// charged.
public sealed interface ServiceModel {

  /// What a call will probably cost, from its lengths.
  ///
  /// @param cachedTokens prompt tokens expected in the engine's KV cache
  long estimateNanos(Call call, int cachedTokens);

  /// What a call has cost.
  ///
  /// @param engineNanos time between sending it to its engine and its end
  long serviceNanos(Usage usage, long engineNanos);

  /// Time is reckoned from tokens: `uncached prompt tokens × prefill + output tokens × decode`.
  ///
  /// The same call costs the same on a busy and on an idle engine, and a client that reads slowly
  /// pays nothing for that.
  record Tokens(long prefillNanosPerToken, long decodeNanosPerToken) implements ServiceModel {

    @Override
    public long estimateNanos(Call call, int cachedTokens) {
      int cached = Math.min(cachedTokens, call.promptTokens());
      return nanos(new Usage(call.promptTokens(), cached, call.outputTokens()));
    }

    @Override
    public long serviceNanos(Usage usage, long engineNanos) {
      return nanos(usage);
    }

    private long nanos(Usage usage) {
      return usage.uncachedTokens() * prefillNanosPerToken
          + usage.outputTokens() * decodeNanosPerToken;
    }
  }

  /// Time is what the clock showed while the call was on its engine, as the paper charges it. It
  /// includes what other calls and a slow reader did to this one.
  ///
  /// @param beforehand what stands in until the call has ended
  record Measured(Tokens beforehand) implements ServiceModel {

    @Override
    public long estimateNanos(Call call, int cachedTokens) {
      return beforehand.estimateNanos(call, cachedTokens);
    }

    @Override
    public long serviceNanos(Usage usage, long engineNanos) {
      return engineNanos;
    }
  }
}
