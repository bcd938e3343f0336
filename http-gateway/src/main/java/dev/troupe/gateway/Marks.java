package dev.troupe.gateway;

import dev.troupe.gateway.ScannedBody.Message;
import dev.troupe.program.CallEnd.Answer;
import dev.troupe.program.Fingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Fingerprints of a call of a chat, by which a request shows that it follows it.
///
/// @param asked of its messages; one, or none where there are no messages
/// @param answered of its messages and then its answer's text, or the id of a tool call in it
/// @param said of its answer's text or of a tool call's id, where these tell something alone
/// @param named of its answer's id; one, or none where it has no id
record Marks(List<Long> asked, List<Long> answered, List<Long> said, List<Long> named) {

  /// Shorter texts are said by many programs.
  static final int TELLING_CHARACTERS = 64;

  /// As many tool calls of one answer as are kept. A request repeats all of them.
  private static final int MAX_TOOL_CALLS = 256;

  /// Eight letters and digits in a row, two digits and a letter among them.
  private static final Pattern DRAWN =
      Pattern.compile(
          "(?<![a-zA-Z0-9])(?=[a-zA-Z0-9]{8})(?=[a-zA-Z0-9]*[a-zA-Z])"
              + "[a-zA-Z]*[0-9][a-zA-Z]*[0-9]");

  Marks {
    asked = List.copyOf(asked);
    answered = List.copyOf(answered);
    said = List.copyOf(said);
    named = List.copyOf(named);
  }

  static Marks of(List<Message> messages, Answer answer) {
    var named = answer.responseId().map(Fingerprint::of).map(List::of).orElse(List.of());
    if (messages.isEmpty()) {
      return new Marks(List.of(), List.of(), List.of(), named);
    }
    long asked = chain(messages)[messages.size()];
    var answered = new ArrayList<Long>();
    var said = new ArrayList<Long>();
    if (answer.textLength() > 0) {
      answered.add(Fingerprint.chain(asked, answer.textHash()));
      if (answer.textLength() >= TELLING_CHARACTERS) {
        said.add(answer.textHash());
      }
    }
    answer.toolCallIds().stream()
        .limit(MAX_TOOL_CALLS)
        .forEach(id -> {
          answered.add(Fingerprint.chain(asked, Fingerprint.of(id)));
          telling(id).ifPresent(said::add);
        });
    return new Marks(List.of(asked), answered, said, named);
  }

  /// For each count of messages, from 0 on, the fingerprint of that many of them.
  static long[] chain(List<Message> messages) {
    var chain = new long[messages.size() + 1];
    for (int at = 0; at < messages.size(); at++) {
      chain[at + 1] = Fingerprint.chain(chain[at], messages.get(at).hash());
    }
    return chain;
  }

  /// The fingerprint of a tool call's id that is drawn by chance. Some engines count (`call_0`,
  /// `functions.search:1`), and then many programs have the same ids, which tell nothing.
  static Optional<Long> telling(String toolCallId) {
    return DRAWN.matcher(toolCallId).find()
        ? Optional.of(Fingerprint.of(toolCallId))
        : Optional.empty();
  }

  int count() {
    return asked.size() + answered.size() + said.size() + named.size();
  }
}
