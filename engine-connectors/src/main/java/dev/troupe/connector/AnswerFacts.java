package dev.troupe.connector;

import dev.troupe.program.CallEnd;
import dev.troupe.program.CallEnd.Answer;
import dev.troupe.program.Fingerprint;
import dev.troupe.program.Reason;
import dev.troupe.program.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What has been read of an answer so far. Not thread-safe.
final class AnswerFacts {

  /// A longer answer is not fingerprinted: no client sends so much back.
  static final int MAX_TEXT_CHARACTERS = 1 << 20;

  private static final int UNKNOWN = -1;

  private final StringBuilder text = new StringBuilder();
  private final List<String> toolCallIds = new ArrayList<>();
  private Optional<String> responseId = Optional.empty();
  private Optional<String> finish = Optional.empty();
  private boolean isTextComplete = true;
  private int countedTokens;
  private int promptTokens = UNKNOWN;
  private int outputTokens = UNKNOWN;
  private int cachedTokens = UNKNOWN;
  private int prefilledTokens = UNKNOWN;

  void text(String more) {
    if (text.length() + more.length() > MAX_TEXT_CHARACTERS) {
      isTextComplete = false;
    } else {
      text.append(more);
    }
  }

  void toolCall(String id) {
    if (!toolCallIds.contains(id)) {
      toolCallIds.add(id);
    }
  }

  void responseId(String id) {
    responseId = Optional.of(id);
  }

  void finish(String reason) {
    finish = Optional.of(reason);
  }

  void countToken() {
    countedTokens++;
  }

  void promptTokens(int tokens) {
    promptTokens = tokens;
  }

  void outputTokens(int tokens) {
    outputTokens = tokens;
  }

  void cachedTokens(int tokens) {
    cachedTokens = tokens;
  }

  /// Prompt tokens that were not cached, where an engine says that instead.
  void prefilledTokens(int tokens) {
    prefilledTokens = tokens;
  }

  boolean isFinished() {
    return finish.isPresent();
  }

  /// Tokens so far: as reported, else as counted.
  int tokens() {
    return Math.max(outputTokens, countedTokens);
  }

  CallEnd end(Optional<Reason> failure) {
    boolean isReported = promptTokens != UNKNOWN && outputTokens != UNKNOWN;
    return new CallEnd(usage(isReported), isReported, finish, answer(), failure);
  }

  private Usage usage(boolean isReported) {
    if (!isReported) {
      return new Usage(0, 0, countedTokens);
    }
    int cached = Math.max(0, cachedTokens);
    if (cachedTokens == UNKNOWN && prefilledTokens != UNKNOWN) {
      cached = Math.max(0, promptTokens - prefilledTokens);
    }
    return new Usage(promptTokens, cached, outputTokens);
  }

  private Answer answer() {
    var whole = isTextComplete ? text.toString() : "";
    return new Answer(Fingerprint.ofAnswer(whole), whole.strip().length(), toolCallIds, responseId);
  }
}
