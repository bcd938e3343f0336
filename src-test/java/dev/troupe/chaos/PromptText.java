package dev.troupe.chaos;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.troupe.program.Fingerprint;

/// The request for a recorded call, whose text was not recorded: equal blocks have equal text, so two
/// prompts begin alike exactly as far as the recorded ones did.
final class PromptText {

  /// Bytes of one token, as the simulated engine counts.
  private static final int TOKEN_BYTES = 4;

  /// Tokens of a message; prompts are found again by the ends of their messages.
  private static final int MESSAGE_TOKENS = 64;

  private PromptText() {}

  /// The body of the request.
  static byte[] body(CallPlan plan) {
    var call = plan.trace();
    int blockTokens = plan.blockTokens();
    var body = new StringBuilder("{\"model\":\"").append(Engines.MODEL);
    body.append("\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"max_tokens\":");
    body.append(plan.outputTokens()).append(",\"messages\":[");
    int perMessage = Math.max(1, MESSAGE_TOKENS / blockTokens);
    var blocks = call.prompt().ids();
    for (int from = 0; from < blocks.length; from += perMessage) {
      open(body, from / perMessage);
      for (int at = from; at < Math.min(from + perMessage, blocks.length); at++) {
        append(body, blocks[at], blockTokens);
      }
      body.append("\"},");
    }
    int rest = Math.max(1, call.promptTokens() - blocks.length * blockTokens);
    open(body, 0);
    append(body, Fingerprint.of(blocks.length + " " + call.promptTokens()), rest);
    return body.append("\"}]}").toString().getBytes(US_ASCII);
  }

  private static void open(StringBuilder body, int message) {
    body.append("{\"role\":\"")
        .append(message % 2 == 0 ? "user" : "assistant")
        .append("\",\"content\":\"");
  }

  private static void append(StringBuilder body, long block, int tokens) {
    int end = body.length() + tokens * TOKEN_BYTES;
    while (body.length() < end) {
      body.append("%016x ".formatted(Fingerprint.chain(block, end - body.length())));
    }
    body.setLength(end);
  }
}
