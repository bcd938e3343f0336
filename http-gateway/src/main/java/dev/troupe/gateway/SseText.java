package dev.troupe.gateway;

import org.apache.pekko.util.ByteString;

/// Where server-sent events end in a piece of a stream.
final class SseText {

  /// Longer events are passed on in pieces; no engine sends such.
  private static final int MAX_EVENT_BYTES = 1 << 20;

  private static final ByteString DONE = ByteString.fromString("[DONE]");

  private SseText() {}

  /// Bytes of the piece up to the end of its last whole event. The common case, a piece that ends
  /// with an event, costs two looks.
  static int endOfEvents(ByteString piece) {
    for (int end = piece.size(); end > 1; end--) {
      if (piece.apply(end - 1) == '\n' && isBlankLineBefore(piece, end - 1)) {
        return end;
      }
    }
    return piece.size() > MAX_EVENT_BYTES ? piece.size() : 0;
  }

  /// Whether the last event is OpenAI's mark of a whole answer.
  static boolean endsWithDone(ByteString piece) {
    int end = piece.size();
    while (end > 0 && (piece.apply(end - 1) == '\n' || piece.apply(end - 1) == '\r')) {
      end--;
    }
    return end >= DONE.size() && piece.slice(end - DONE.size(), end).equals(DONE);
  }

  /// One event.
  ///
  /// @param json written on one line; line breaks between its parts are taken out
  static ByteString event(String json) {
    return ByteString.fromString("data: " + json.replaceAll("[\\r\\n]+", " ") + "\n\n");
  }

  private static boolean isBlankLineBefore(ByteString piece, int lineFeed) {
    int before = lineFeed - 1;
    if (before > 0 && piece.apply(before) == '\r') {
      before--;
    }
    return piece.apply(before) == '\n';
  }
}
