package dev.troupe.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.troupe.engine.RequestBody;
import dev.troupe.engine.RequestBody.Member;
import dev.troupe.program.Fingerprint;
import dev.troupe.program.PrefixChain;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Finds in one pass over a body what scheduling needs to know, and where its members lie. Takes
/// O(bytes) and builds no tree.
final class RequestReader {

  private static final JsonFactory JSON = new JsonFactory();

  /// Boundaries kept from the beginning of a long chat; the rest are the last ones.
  private static final int FIRST_BOUNDARIES = 32;

  /// @param promptTokens estimated from the length of messages, prompt and tools
  /// @param outputLimit the most tokens the request allows, where it says so
  /// @param prefix the end of each message; model and tools are part of each hash
  record Facts(
      RequestBody body,
      String model,
      boolean isStreamed,
      int promptTokens,
      OptionalInt outputLimit,
      PrefixChain prefix) {}

  private record Part(long hash, int bytes) {}

  private final byte[] bytes;
  private final List<Member> members = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private String model = "";
  private boolean streamed;
  private OptionalInt outputLimit = OptionalInt.empty();
  private Part tools = new Part(0, 0);

  private RequestReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /// @throws IllegalArgumentException when the body is no JSON object that names a model
  static Facts read(byte[] bytes, double bytesPerToken) {
    try (var parser = JSON.createParser(bytes)) {
      return new RequestReader(bytes).read(parser, bytesPerToken);
    } catch (IOException wrong) {
      throw new IllegalArgumentException("the request is no JSON: " + wrong.getMessage(), wrong);
    }
  }

  private Facts read(JsonParser parser, double bytesPerToken) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("the request is no JSON object");
    }
    int open = start(parser);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      int from = start(parser);
      var name = parser.currentName();
      parser.nextToken();
      int valueFrom = start(parser);
      readValue(name, parser);
      members.add(new Member(name, from, valueFrom, end(parser)));
    }
    if (model.isEmpty()) {
      throw new IllegalArgumentException("the request names no model");
    }
    int promptBytes = tools.bytes() + parts.stream().mapToInt(Part::bytes).sum();
    return new Facts(
        new RequestBody(bytes, open, members),
        model,
        streamed,
        (int) (promptBytes / bytesPerToken),
        outputLimit,
        chain(bytesPerToken));
  }

  private void readValue(String name, JsonParser parser) throws IOException {
    switch (name) {
      case "model" -> model = parser.getValueAsString("");
      case "stream" -> streamed = parser.getValueAsBoolean();
      case "max_tokens", "max_completion_tokens" -> {
        int limit = parser.getValueAsInt();
        outputLimit = limit > 0 ? OptionalInt.of(limit) : outputLimit;
      }
      case "tools" -> tools = part(parser);
      case "messages" -> readMessages(parser);
      case "prompt" -> parts.add(part(parser));
      default -> parser.skipChildren();
    }
  }

  private void readMessages(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        parts.add(part(parser));
      }
    }
  }

  private Part part(JsonParser parser) throws IOException {
    int from = start(parser);
    parser.skipChildren();
    int length = end(parser) - from;
    return new Part(Fingerprint.of(bytes, from, length), length);
  }

  private PrefixChain chain(double bytesPerToken) {
    int kept = Math.min(parts.size(), PrefixChain.MAX_LENGTH);
    int leftOut = parts.size() - kept;
    var hashes = new long[kept];
    var tokens = new int[kept];
    long hash = Fingerprint.chain(Fingerprint.of(model), tools.hash());
    long length = tools.bytes();
    for (int at = 0, next = 0; at < parts.size(); at++) {
      hash = Fingerprint.chain(hash, parts.get(at).hash());
      length += parts.get(at).bytes();
      if (at < FIRST_BOUNDARIES || at >= FIRST_BOUNDARIES + leftOut) {
        hashes[next] = hash;
        tokens[next] = (int) (length / bytesPerToken);
        next++;
      }
    }
    return new PrefixChain(hashes, tokens);
  }

  private static int start(JsonParser parser) {
    return (int) parser.currentTokenLocation().getByteOffset();
  }

  private static int end(JsonParser parser) throws IOException {
    // A text is only skipped over when somebody wants to know where it ends.
    parser.finishToken();
    return (int) parser.currentLocation().getByteOffset();
  }
}
