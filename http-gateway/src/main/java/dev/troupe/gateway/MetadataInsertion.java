package dev.troupe.gateway;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.util.ByteString;

/// Puts a member into the first JSON object of an answer, as clients that annotate their calls with
/// `autellix_*` members expect. Everything else passes unchanged.
///
/// Confined to one stream.
final class MetadataInsertion implements Function<ByteString, Iterable<ByteString>> {

  private static final long serialVersionUID = 1L;

  /// The first event that carries an object.
  private static final Pattern EVENT = Pattern.compile("(?m)^data: ?\\{");

  /// An object that is the whole answer.
  private static final Pattern BODY = Pattern.compile("\\A\\s*\\{");

  private static final Pattern EMPTY_REST = Pattern.compile("\\A\\s*\\}");

  private final String member;
  private final Pattern place;
  private boolean isOver;

  /// @param member name and value as JSON text
  /// @param isEvents whether the answer is server-sent events, of which each element is whole
  MetadataInsertion(String member, boolean isEvents) {
    this.member = member;
    this.place = isEvents ? EVENT : BODY;
  }

  @Override
  public Iterable<ByteString> apply(ByteString piece) {
    if (isOver) {
      return List.of(piece);
    }
    // One character is one byte here, whatever the text's encoding.
    var text = piece.decodeString(StandardCharsets.ISO_8859_1);
    var matcher = place.matcher(text);
    if (!matcher.find()) {
      // An answer that does not begin with an object has no place for it.
      isOver = place == BODY && !text.isBlank();
      return List.of(piece);
    }
    isOver = true;
    boolean isEmpty = EMPTY_REST.matcher(text.substring(matcher.end())).find();
    var inserted = ByteString.fromString(member + (isEmpty ? "" : ","));
    return List.of(piece.take(matcher.end()).concat(inserted).concat(piece.drop(matcher.end())));
  }
}
