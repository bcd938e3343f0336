package dev.troupe.simulated;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troupe.program.Fingerprint;
import dev.troupe.simulated.SimulatedRequest.Options;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads completion requests in one pass over their bytes. Four bytes of JSON text of the tools and
/// the messages count as one prompt token.
final class RequestReader {

  static final int TOKEN_BYTES = 4;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonFactory FACTORY = JSON.getFactory();

  private final int blockBytes;
  private final boolean callsTools;

  RequestReader(int blockTokens, boolean callsTools) {
    this.blockBytes = blockTokens * TOKEN_BYTES;
    this.callsTools = callsTools;
  }

  /// A stretch of the request.
  private record Slice(int from, int to) {
    static final Slice NONE = new Slice(0, 0);

    int length() {
      return to - from;
    }
  }

  /// @throws IOException when the bytes are not a JSON object
  SimulatedRequest read(String id, boolean isChat, byte[] bytes) throws IOException {
    var slices = new HashMap<String, Slice>();
    var values = new HashMap<String, JsonNode>();
    try (var parser = FACTORY.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the body must be a JSON object");
      }
      for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        readMember(parser, name, slices, values);
      }
      if (parser.nextToken() != null) {
        throw new IOException("the body must be one JSON object");
      }
    }
    var prompt = slices.getOrDefault(isChat ? "messages" : "prompt", Slice.NONE);
    if (prompt.length() == 0) {
      throw new IOException("the prompt is missing");
    }
    var tools = slices.getOrDefault("tools", Slice.NONE);
    return new SimulatedRequest(
        id,
        isChat,
        text(values, "model").asText(),
        options(values),
        text(values, "priority").asInt(),
        callsTools ? tool(bytes, tools, prompt) : Optional.empty(),
        (tools.length() + prompt.length()) / TOKEN_BYTES,
        blocks(bytes, text(values, "model").asText(), tools, prompt),
        Fingerprint.chain(
            Fingerprint.of(bytes, tools.from(), tools.length()),
            Fingerprint.of(bytes, prompt.from(), prompt.length())));
  }

  private static void readMember(
      JsonParser parser, String name, Map<String, Slice> slices, Map<String, JsonNode> values)
      throws IOException {
    var token = parser.nextToken();
    int from = (int) parser.currentTokenLocation().getByteOffset();
    switch (name) {
      case "messages", "prompt", "tools" -> {
        if (token == JsonToken.VALUE_STRING) {
          parser.finishToken();
        }
        parser.skipChildren();
        slices.put(name, new Slice(from, (int) parser.currentLocation().getByteOffset()));
      }
      case "model",
          "stream",
          "stream_options",
          "logprobs",
          "max_tokens",
          "max_completion_tokens",
          "priority" ->
          values.put(name, JSON.readTree(parser));
      default -> parser.skipChildren();
    }
  }

  private static JsonNode text(Map<String, JsonNode> values, String name) {
    return values.getOrDefault(name, JSON.missingNode());
  }

  private static Options options(Map<String, JsonNode> values) {
    var limit = values.getOrDefault("max_completion_tokens", text(values, "max_tokens"));
    var logprobs = text(values, "logprobs");
    return new Options(
        text(values, "stream").asBoolean(),
        text(values, "stream_options").path("include_usage").asBoolean(),
        logprobs.asBoolean() || logprobs.isInt(),
        limit.isInt() ? Optional.of(limit.asInt()) : Optional.empty());
  }

  /// The first tool, unless the last message already brings a tool's result.
  private static Optional<String> tool(byte[] bytes, Slice tools, Slice messages)
      throws IOException {
    if (tools.length() == 0) {
      return Optional.empty();
    }
    var turns = JSON.readTree(bytes, messages.from(), messages.length());
    if (turns.path(turns.size() - 1).path("role").asText().equals("tool")) {
      return Optional.empty();
    }
    var first = JSON.readTree(bytes, tools.from(), tools.length()).path(0);
    return Optional.of(first.path("function").path("name").asText());
  }

  /// The brackets around the messages do not count, so that a longer conversation extends a shorter
  /// one.
  private long[] blocks(byte[] bytes, String model, Slice tools, Slice prompt) {
    var blocks = new long[tools.length() / blockBytes + prompt.length() / blockBytes];
    long chain = Fingerprint.of(model);
    int count = 0;
    for (var slice : new Slice[] {tools, prompt}) {
      for (int at = slice.from(); at + blockBytes < slice.to(); at += blockBytes) {
        chain = Fingerprint.chain(chain, Fingerprint.of(bytes, at, blockBytes));
        blocks[count++] = chain;
      }
    }
    return Arrays.copyOf(blocks, count);
  }
}
