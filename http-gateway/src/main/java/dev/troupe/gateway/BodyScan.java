package dev.troupe.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.troupe.engine.RequestBody;
import dev.troupe.engine.RequestBody.Member;
import dev.troupe.gateway.ScannedBody.Message;
import dev.troupe.program.Fingerprint;
import dev.troupe.program.Identifiers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// One pass over a request's body, by the tokens of a streaming parser: no tree is built, and text
/// is decoded only where its content is needed.
///
/// Unknown members are stepped over and stay in the body. Confined to one thread; used once.
final class BodyScan {

  enum Kind {
    CHAT("messages"),
    COMPLETION("prompt");

    private final String input;

    Kind(String input) {
      this.input = input;
    }
  }

  sealed interface Outcome {}

  record Scanned(ScannedBody body) implements Outcome {}

  /// @param detail what is wrong, and where
  /// @param param the member at fault, where it is one
  record Malformed(String detail, Optional<String> param) implements Outcome {}

  /// Far above what clients send; a body with more is refused.
  static final int MAX_MEMBERS = 1000;

  // The body's size is bounded before it is scanned, so the parser needs no bounds on text.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private final byte[] bytes;
  private final Kind kind;
  private final List<Member> members = new ArrayList<>();
  private final HintScan hints = new HintScan();
  private final PromptBoundaries boundaries;
  private Optional<String> model = Optional.empty();
  private boolean isStreamed;
  private OptionalInt outputLimit = OptionalInt.empty();
  private List<Message> messages = List.of();
  private Optional<Prompt> prompt = Optional.empty();
  private boolean hasInput;
  private long toolsHash;
  private int toolsBytes;

  private BodyScan(byte[] bytes, Kind kind) {
    this.bytes = bytes;
    this.kind = kind;
    this.boundaries = new PromptBoundaries(bytes);
  }

  /// @param bytes UTF-8; never written to
  static Outcome scan(byte[] bytes, Kind kind, double bytesPerToken) {
    var scan = new BodyScan(bytes, kind);
    try (var parser = FACTORY.createParser(bytes)) {
      int open = scan.readObject(new MemberWalk(parser, bytes));
      return scan.outcome(open, bytesPerToken);
    } catch (JsonProcessingException broken) {
      return new Malformed(place(broken), Optional.empty());
    } catch (IOException impossible) {
      throw new UncheckedIOException("reading from memory", impossible);
    }
  }

  private int readObject(MemberWalk walk) throws IOException {
    var parser = walk.parser();
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new JsonParseException(parser, "expected an object");
    }
    int open = walk.tokenOffset();
    if (open < 0) {
      throw new JsonParseException(parser, "expected text in UTF-8");
    }
    walk.through(
        new MemberWalk.Visitor() {
          @Override
          public void enter(String name, JsonToken value) throws IOException {
            readMember(walk, name, value);
          }

          @Override
          public void leave(Member member) throws IOException {
            keepMember(parser, member);
          }
        });
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "expected the end of the body");
    }
    return open;
  }

  private void readMember(MemberWalk walk, String name, JsonToken value) throws IOException {
    var parser = walk.parser();
    switch (name) {
      case "model" -> model = text(parser, value);
      case "stream" -> isStreamed = value == JsonToken.VALUE_TRUE;
      case "max_tokens" -> {
        if (outputLimit.isEmpty()) {
          outputLimit = count(parser, value);
        }
      }
      case "max_completion_tokens" -> {
        var limit = count(parser, value);
        outputLimit = limit.isPresent() ? limit : outputLimit;
      }
      case "messages" -> {
        if (kind == Kind.CHAT && value == JsonToken.START_ARRAY) {
          messages = MessageScan.messages(walk, boundaries);
          hasInput = true;
        }
      }
      case "prompt" ->
          hasInput |=
              kind == Kind.COMPLETION
                  && (value == JsonToken.VALUE_STRING || value == JsonToken.START_ARRAY);
      default -> hints.read(parser, name, value);
    }
  }

  private void keepMember(JsonParser parser, Member member) throws IOException {
    if (members.size() == MAX_MEMBERS) {
      throw new JsonParseException(parser, "more than " + MAX_MEMBERS + " members");
    }
    members.add(member);
    int length = member.to() - member.valueFrom();
    if (member.name().equals("tools")) {
      toolsHash = Fingerprint.of(bytes, member.valueFrom(), length);
      toolsBytes = length;
    } else if (member.name().equals("prompt") && hasInput && kind == Kind.COMPLETION) {
      // Without the quotes or brackets, so that a longer prompt begins with the same bytes.
      readPrompt(member.valueFrom() + 1, member.to() - 1);
    }
  }

  private void readPrompt(int from, int to) {
    int rest = from + boundaries.addBlocks(from, to);
    boundaries.addPart(Fingerprint.of(bytes, rest, to - rest), to - rest);
    prompt = bytes[from - 1] == '"' ? Optional.of(new Prompt(bytes, from, to)) : Optional.empty();
  }

  private Outcome outcome(int open, double bytesPerToken) {
    if (model.isEmpty()) {
      return wrong("model", "a name of 1 to 256 characters");
    }
    if (!hasInput) {
      return wrong(kind.input, kind == Kind.CHAT ? "an array of messages" : "text or an array");
    }
    long seed = Fingerprint.chain(Fingerprint.of(model.get()), toolsHash);
    return new Scanned(
        new ScannedBody(
            new RequestBody(bytes, open, members),
            model.get(),
            isStreamed,
            outputLimit,
            (int) ((boundaries.totalBytes() + toolsBytes) / bytesPerToken),
            boundaries.chain(seed, toolsBytes, bytesPerToken),
            messages,
            prompt,
            toolsHash,
            hints.found()));
  }

  private Malformed wrong(String name, String expected) {
    boolean isThere = members.stream().anyMatch(member -> member.name().equals(name));
    return new Malformed(
        "The member `" + name + "` " + (isThere ? "is not " : "is missing: expected ") + expected,
        Optional.of(name));
  }

  private static String place(JsonProcessingException broken) {
    var at = broken.getLocation();
    // The parser speaks of the source, which it never shows.
    var cause = broken.getOriginalMessage().replaceAll("Source: [^;]*; ", "");
    return at == null
        ? "The body is not a JSON object: " + cause
        : "The body is not as expected at line %d, column %d (byte %d): %s"
            .formatted(at.getLineNr(), at.getColumnNr(), at.getByteOffset(), cause);
  }

  private static Optional<String> text(JsonParser parser, JsonToken value) throws IOException {
    return value == JsonToken.VALUE_STRING
        ? Optional.of(parser.getText()).filter(Identifiers::isValid)
        : Optional.empty();
  }

  private static OptionalInt count(JsonParser parser, JsonToken value) throws IOException {
    return value == JsonToken.VALUE_NUMBER_INT
            && parser.getNumberType() == JsonParser.NumberType.INT
            && parser.getIntValue() >= 0
        ? OptionalInt.of(parser.getIntValue())
        : OptionalInt.empty();
  }
}
