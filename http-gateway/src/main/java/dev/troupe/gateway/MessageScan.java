package dev.troupe.gateway;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonToken;
import dev.troupe.engine.RequestBody.Member;
import dev.troupe.gateway.ScannedBody.Message;
import dev.troupe.gateway.ScannedBody.Role;
import dev.troupe.program.Fingerprint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads one message of a chat. Only the text of assistant messages is decoded; all other text is
/// stepped over.
final class MessageScan implements MemberWalk.Visitor {

  /// A body with more is refused, so that what is kept of it stays small.
  static final int MAX_MESSAGES = 20_000;

  /// Tool calls of one message whose ids are kept.
  private static final int MAX_TOOL_CALLS = 1024;

  private final MemberWalk walk;
  private final StringBuilder text = new StringBuilder();
  private final PromptBoundaries boundaries;
  private final List<String> toolCallIds = new ArrayList<>();
  private Optional<ContentScan> content = Optional.empty();
  private Optional<Role> role = Optional.empty();
  private Optional<String> toolCallId = Optional.empty();
  private long hash;

  private MessageScan(MemberWalk walk, PromptBoundaries boundaries) {
    this.walk = walk;
    this.boundaries = boundaries;
  }

  /// Reads the array that the parser stands on, to its end.
  static List<Message> messages(MemberWalk walk, PromptBoundaries boundaries) throws IOException {
    var parser = walk.parser();
    var messages = new ArrayList<Message>();
    for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      if (messages.size() == MAX_MESSAGES) {
        throw new JsonParseException(parser, "more than " + MAX_MESSAGES + " messages");
      }
      if (token != JsonToken.START_OBJECT) {
        throw new JsonParseException(parser, "an element of `messages` is not an object");
      }
      messages.add(new MessageScan(walk, boundaries).message());
    }
    return messages;
  }

  private Message message() throws IOException {
    int from = walk.tokenOffset();
    int length = walk.through(this) + 1 - from;
    int elsewhere = content.map(scan -> scan.blockBytes() + scan.uncountedBytes()).orElse(0);
    boundaries.addPart(hash, length - elsewhere);
    boolean isAssistant = role.equals(Optional.of(Role.ASSISTANT));
    var answer = isAssistant ? text.toString().strip() : "";
    return new Message(
        role.orElse(Role.OTHER),
        hash,
        Fingerprint.ofAnswer(answer),
        answer.length(),
        toolCallIds,
        toolCallId);
  }

  @Override
  public void enter(String name, JsonToken value) throws IOException {
    switch (name) {
      case "role" -> role = scalar(value).map(Role::of);
      case "tool_call_id" -> toolCallId = scalar(value);
      case "tool_calls" -> readToolCalls(value);
      case "content" -> {
        // The role nearly always comes first; where it does not, the text may be wanted.
        boolean wantsText = role.isEmpty() || role.get() == Role.ASSISTANT;
        var scan = new ContentScan(walk, boundaries, text, wantsText);
        content = Optional.of(scan);
        scan.enterContent(value);
      }
      default -> {}
    }
  }

  @Override
  public void leave(Member member) {
    switch (member.name()) {
      case "content" -> content.ifPresent(scan -> add(member.name(), scan.leaveContent(member)));
      case "role", "name", "tool_calls", "tool_call_id", "function_call" ->
          add(
              member.name(),
              Fingerprint.of(walk.bytes(), member.valueFrom(), member.to() - member.valueFrom()));
      default -> {}
    }
  }

  /// A sum, so that the order of members does not matter.
  private void add(String name, long valueHash) {
    hash += Fingerprint.chain(Fingerprint.of(name), valueHash);
  }

  private Optional<String> scalar(JsonToken value) throws IOException {
    return value == JsonToken.VALUE_STRING
            && walk.parser().getTextLength() <= ScannedBody.MAX_HINT_LENGTH
        ? Optional.of(walk.parser().getText())
        : Optional.empty();
  }

  private void readToolCalls(JsonToken value) throws IOException {
    var parser = walk.parser();
    if (value != JsonToken.START_ARRAY) {
      return;
    }
    for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      while (token == JsonToken.START_OBJECT && parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isId = parser.currentName().equals("id");
        var member = parser.nextToken();
        if (isId && toolCallIds.size() < MAX_TOOL_CALLS) {
          scalar(member).ifPresent(toolCallIds::add);
        }
        parser.skipChildren();
      }
      parser.skipChildren();
    }
  }
}
