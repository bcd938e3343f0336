package dev.troupe.run;

/// What an attempt of a step used, as its provider measured it.
///
/// @param promptTokens the whole prompt, its cached part included
/// @param cachedTokens of these, how many cost as cached
/// @param outputTokens generated
/// @param calls of models and tools: 1, or more where a step is a run of its own
/// @param micros what it cost, where whoever did it says so; −1: what the catalogue says
public record Consumption(
    long promptTokens, long cachedTokens, long outputTokens, int calls, long micros) {

  private static final long UNPRICED = -1;

  /// Not even a call.
  public static final Consumption NONE = new Consumption(0, 0, 0, 0, 0);

  /// One call that used no tokens.
  public static final Consumption CALL = new Consumption(0, 0, 0, 1, UNPRICED);

  public Consumption {
    if (promptTokens < 0 || cachedTokens < 0 || outputTokens < 0 || calls < 0) {
      throw new IllegalArgumentException("consumption is not negative");
    }
    cachedTokens = Math.min(cachedTokens, promptTokens);
    micros = Math.max(UNPRICED, micros);
  }

  /// One call of a model, at the catalogue's price.
  public static Consumption ofTokens(long promptTokens, long cachedTokens, long outputTokens) {
    return new Consumption(promptTokens, cachedTokens, outputTokens, 1, UNPRICED);
  }

  public long tokens() {
    return promptTokens + outputTokens;
  }

  /// Both together, priced only as far as both are.
  public Consumption plus(Consumption other) {
    return new Consumption(
        promptTokens + other.promptTokens,
        cachedTokens + other.cachedTokens,
        outputTokens + other.outputTokens,
        calls + other.calls,
        isPriced() && other.isPriced() ? micros + other.micros : UNPRICED);
  }

  boolean isPriced() {
    return micros >= 0;
  }
}
