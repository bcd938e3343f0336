package dev.troupe.simulated;

import dev.troupe.program.Fingerprint;
import java.util.List;
import java.util.Optional;

/// The made-up answer to a request: the same for the same prompt, another for another.
///
/// @param finishReason as the protocol names it
/// @param call the tool call it is, unless it is text
record Output(int tokens, long seed, String finishReason, Optional<ToolCall> call) {

  /// @param arguments JSON text, four characters a token after the first token, which names the tool
  record ToolCall(String id, String function, String arguments) {}

  private static final int CALL_TOKEN_CHARACTERS = 4;

  private static final List<String> WORDS =
      List.of(
          "the",
          "agent",
          "reads",
          "a",
          "file",
          "and",
          "then",
          "größe",
          "it",
          "plans",
          "one",
          "more",
          "step",
          "of",
          "naïve",
          "search",
          "with",
          "\"quotes\"",
          "日本",
          "while",
          "others",
          "wait",
          "for",
          "their",
          "turn",
          "🎭",
          "on",
          "stage",
          "until",
          "all",
          "is",
          "said");

  static Output of(SimulatedRequest request, SimulatedSettings.Work work) {
    long seed = request.fingerprint();
    if (request.tool().isPresent()) {
      var arguments = work.toolArguments().orElse("{}");
      var call =
          new ToolCall(
              "call_" + Long.toHexString(Fingerprint.chain(seed, Fingerprint.of(request.id()))),
              request.tool().get(),
              arguments);
      int tokens = 1 + Math.ceilDiv(arguments.length(), CALL_TOKEN_CHARACTERS);
      return new Output(tokens, seed, "tool_calls", Optional.of(call));
    }
    var limit = request.options().outputTokens();
    return new Output(
        Math.max(1, limit.orElse(work.outputTokens())),
        seed,
        limit.isPresent() ? "length" : "stop",
        Optional.empty());
  }

  /// Text of the tokens `[from, to)`; of a tool call, that part of its arguments.
  String text(int from, int to) {
    if (call.isPresent()) {
      var arguments = call.get().arguments();
      return arguments.substring(
          Math.min(arguments.length(), Math.max(0, from - 1) * CALL_TOKEN_CHARACTERS),
          Math.min(arguments.length(), Math.max(0, to - 1) * CALL_TOKEN_CHARACTERS));
    }
    var text = new StringBuilder();
    for (int token = from; token < to; token++) {
      int word = (int) Math.floorMod((seed >>> (token % 8)) + 7L * token, (long) WORDS.size());
      text.append(token == 0 ? "" : " ").append(WORDS.get(word));
    }
    return text.toString();
  }
}
