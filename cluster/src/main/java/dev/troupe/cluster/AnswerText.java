package dev.troupe.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troupe.cluster.ProgramCallEvent.Began;
import dev.troupe.cluster.ProgramCallEvent.Ended;
import dev.troupe.cluster.ProgramCallEvent.Failed;
import dev.troupe.cluster.ProgramCallEvent.Output;
import dev.troupe.cluster.ProgramCallEvent.Queued;
import dev.troupe.cluster.ProgramCallEvent.Rejected;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Framing;
import org.apache.pekko.stream.javadsl.FramingTruncation;
import org.apache.pekko.util.ByteString;

/// The text of an answer, out of the events of a call: the first choice's, streamed or not.
public final class AnswerText {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ByteString LINE_END = ByteString.fromString("\n");
  private static final String DATA = "data:";

  /// The longest line that is taken for one: a whole answer that is not streamed.
  private static final int MAX_LINE_BYTES = 16 * 1024 * 1024;

  /// There is no answer, or not the whole of it.
  public static final class CallFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CallFailedException(String message) {
      super(message);
    }
  }

  private AnswerText() {}

  /// Pieces of text as they come. Fails with a [CallFailedException] when the call does.
  public static Flow<ProgramCallEvent, String, NotUsed> deltas() {
    return Flow.<ProgramCallEvent>create()
        .mapConcat(AnswerText::bytes)
        .via(Framing.delimiter(LINE_END, MAX_LINE_BYTES, FramingTruncation.ALLOW))
        .map(line -> textOf(line.utf8String().strip()))
        .filter(text -> !text.isEmpty());
  }

  private static List<ByteString> bytes(ProgramCallEvent event) {
    return switch (event) {
      case Output(var bytes) -> List.of(bytes);
      case Queued _, Began _ -> List.of();
      case Ended(var end) -> {
        end.failure()
            .ifPresent(reason -> {
              throw new CallFailedException("the answer broke off: " + reason);
            });
        yield List.of();
      }
      case Rejected(int status, var body) ->
          throw new CallFailedException("the engine answered " + status + ": " + body);
      case Failed(var reason, var detail, _) ->
          throw new CallFailedException(reason + ": " + detail);
    };
  }

  /// What a line of a body, streamed or not, adds to the text.
  static String textOf(String line) {
    var json = line.startsWith(DATA) ? line.substring(DATA.length()).strip() : line;
    if (!json.startsWith("{")) {
      return "";
    }
    try {
      return textOf(JSON.readTree(json).path("choices").path(0));
    } catch (IOException wrong) {
      throw new UncheckedIOException("not a line of an answer: " + line, wrong);
    }
  }

  private static String textOf(JsonNode choice) {
    // Streamed chats, whole chats, and completions of either kind.
    for (var place : List.of("/delta/content", "/message/content", "/text")) {
      if (choice.at(place).isTextual()) {
        return choice.at(place).textValue();
      }
    }
    return "";
  }
}
