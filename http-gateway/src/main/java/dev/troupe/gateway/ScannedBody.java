package dev.troupe.gateway;

import dev.troupe.engine.RequestBody;
import dev.troupe.program.PrefixChain;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What one pass over the body of a completion request found: offsets, hashes and small values. The
/// prompt itself stays in the bytes that [#body] shares.
///
/// @param body the object, ready to be changed by whole members and sent on
/// @param isStreamed whether the answer is wanted as server-sent events
/// @param outputLimit the most tokens the caller allows, where it says so
/// @param promptTokens estimated from the length of messages (or prompt) and tools
/// @param prefix beginnings of the prompt; model and tools are part of each hash
/// @param messages of a chat, in their order; empty for `/v1/completions`
/// @param prompt of `/v1/completions`, where it is one text
/// @param toolsHash fingerprint of the raw `tools`; 0 without them
/// @param hints small values at top level and in `metadata`, `client_metadata` and `conversation`,
///     by path such as `autellix_session_id` or `metadata.user_id`; a scalar as a list of one, in
///     its text form; `autellix_parent_threads` as its elements. Other lists, objects and values
///     longer than [#MAX_HINT_LENGTH] are not kept; a member of [AskedOfProgram] that is one is
///     there without a value.
record ScannedBody(
    RequestBody body,
    String model,
    boolean isStreamed,
    OptionalInt outputLimit,
    int promptTokens,
    PrefixChain prefix,
    List<Message> messages,
    Optional<Prompt> prompt,
    long toolsHash,
    Map<String, List<String>> hints) {

  /// Characters of a hint's value.
  static final int MAX_HINT_LENGTH = 2048;

  ScannedBody {
    messages = List.copyOf(messages);
    hints = Map.copyOf(hints);
  }

  enum Role {
    SYSTEM,
    USER,
    ASSISTANT,
    TOOL,
    OTHER;

    static Role of(String name) {
      return switch (name) {
        case "system", "developer" -> SYSTEM;
        case "user" -> USER;
        case "assistant" -> ASSISTANT;
        case "tool", "function" -> TOOL;
        default -> OTHER;
      };
    }
  }

  /// A message of a chat.
  ///
  /// @param hash fingerprint of what it says: role, name, content, tool calls. The order of members
  ///     and marks for the cache do not count.
  /// @param textHash fingerprint of an assistant message's text, as [Fingerprint#ofAnswer] has it; 0
  ///     for other roles and where there is no text
  /// @param textLength characters of that text without the white space around it
  /// @param toolCallIds ids of the tool calls that an assistant message holds, in their order
  /// @param toolCallId which tool call a tool message answers
  record Message(
      Role role,
      long hash,
      long textHash,
      int textLength,
      List<String> toolCallIds,
      Optional<String> toolCallId) {
    Message {
      toolCallIds = List.copyOf(toolCallIds);
    }
  }

  /// A hint that is one value.
  Optional<String> hint(String path) {
    var values = hints.getOrDefault(path, List.of());
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }
}
