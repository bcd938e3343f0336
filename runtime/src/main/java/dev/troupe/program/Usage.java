package dev.troupe.program;

/// What a call consumed on its engine, in tokens.
///
/// @param promptTokens length of the whole prompt, cached part included
/// @param cachedTokens prompt tokens that were not prefilled again
/// @param outputTokens tokens generated
public record Usage(int promptTokens, int cachedTokens, int outputTokens) {

  public static final Usage NONE = new Usage(0, 0, 0);

  public Usage {
    if (promptTokens < 0 || outputTokens < 0 || cachedTokens < 0) {
      throw new IllegalArgumentException("token counts must not be negative");
    }
    cachedTokens = Math.min(cachedTokens, promptTokens);
  }

  public int uncachedTokens() {
    return promptTokens - cachedTokens;
  }
}
