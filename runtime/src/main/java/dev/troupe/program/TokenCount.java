package dev.troupe.program;

/// Tokens of all ended calls of a program.
///
/// @param prompt cached ones included
record TokenCount(long prompt, long cached, long output) {

  static final TokenCount ZERO = new TokenCount(0, 0, 0);

  static TokenCount of(ProgramView view) {
    return new TokenCount(view.promptTokens(), view.cachedTokens(), view.outputTokens());
  }

  TokenCount plus(Usage usage) {
    return new TokenCount(
        prompt + usage.promptTokens(),
        cached + usage.cachedTokens(),
        output + usage.outputTokens());
  }

  TokenCount plus(TokenCount more) {
    return new TokenCount(prompt + more.prompt, cached + more.cached, output + more.output);
  }

  TokenCount minus(Usage usage) {
    return new TokenCount(
        prompt - usage.promptTokens(),
        cached - usage.cachedTokens(),
        output - usage.outputTokens());
  }
}
