package dev.troupe.simulated;

import java.util.Optional;

/// What a simulated engine needs to know of a completion request.
///
/// @param id of the client's choosing, to count executions by
/// @param isChat whether it came to `/v1/chat/completions`
/// @param priority lower is earlier
/// @param tool name of the function to ask for, where one is to be called
/// @param prompt hash of each full block of the prompt, chained
/// @param fingerprint of the whole prompt
record SimulatedRequest(
    String id,
    boolean isChat,
    String model,
    Options options,
    int priority,
    Optional<String> tool,
    int promptTokens,
    long[] prompt,
    long fingerprint) {

  /// @param outputTokens the limit, where the request sets one
  record Options(
      boolean streamed, boolean includeUsage, boolean logprobs, Optional<Integer> outputTokens) {}
}
