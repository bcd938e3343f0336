package dev.troupe.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.pekko.util.ByteString;

/// An answer that comes as server-sent events, put together to what it would have been whole. Confined to
/// one stream.
final class StreamedAnswer {

  private static final byte LINE_END = '\n';

  private final Consumer<String> listener;
  private final StringBuilder text = new StringBuilder();
  private ByteString line = ByteString.emptyByteString();

  /// @param listener told each piece of its text
  StreamedAnswer(Consumer<String> listener) {
    this.listener = listener;
  }

  /// Some more of it, cut anywhere.
  void take(ByteString bytes) {
    line = line.concat(bytes);
    for (int end = line.indexOf(LINE_END); end >= 0; end = line.indexOf(LINE_END)) {
      read(line.take(end));
      line = line.drop(end + 1);
    }
  }

  private void read(ByteString whole) {
    var more = AnswerText.textOf(whole.utf8String().strip());
    if (!more.isEmpty()) {
      text.append(more);
      listener.accept(more);
    }
  }

  /// Characters so far.
  int length() {
    return text.length() + line.size();
  }

  /// The body of the answer, had it not been streamed.
  ByteString whole() {
    read(line);
    line = ByteString.emptyByteString();
    var body = JsonNodeFactory.instance.objectNode();
    body.putArray("choices").addObject().putObject("message").put("content", text.toString());
    return ByteString.fromString(body.toString(), StandardCharsets.UTF_8);
  }
}
