package dev.troupe.program;

import java.util.List;
import java.util.Optional;

/// How a call ended on its engine, and what its answer was, as facts.
///
/// @param usage what the engine reported; where it reported nothing, our count of its output and estimate of
///     the prompt
/// @param reported whether the engine reported its usage
/// @param finish the engine's finish reason, such as `stop` or `tool_calls`; empty when it gave none
/// @param failure absent when the answer is whole
public record CallEnd(
    Usage usage,
    boolean reported,
    Optional<String> finish,
    Answer answer,
    Optional<Reason> failure) {

  public CallEnd withUsage(Usage usage) {
    return new CallEnd(usage, reported, finish, answer, failure);
  }

  /// What a client would echo in the next turn.
  ///
  /// @param textHash fingerprint of the answer's text; see [Fingerprint#ofAnswer]
  /// @param textLength characters of it without the white space around it; 0 when there is no text
  /// @param toolCallIds ids of the tool calls the engine asked for, in their order
  /// @param responseId the engine's name for the answer, its top-level `id`
  public record Answer(
      long textHash, int textLength, List<String> toolCallIds, Optional<String> responseId) {

    public static final Answer NONE = new Answer(0, 0, List.of());

    public Answer {
      toolCallIds = List.copyOf(toolCallIds);
    }

    public Answer(long textHash, int textLength, List<String> toolCallIds) {
      this(textHash, textLength, toolCallIds, Optional.empty());
    }
  }
}
