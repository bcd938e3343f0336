package dev.troupe.connector;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import dev.troupe.engine.RequestBody;
import dev.troupe.engine.RequestBody.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Request bodies from JSON text in ASCII.
final class RequestBodies {

  private RequestBodies() {}

  static RequestBody of(String json) {
    var bytes = json.getBytes(UTF_8);
    var members = new ArrayList<Member>();
    try (var parser = new JsonFactory().createParser(bytes)) {
      parser.nextToken();
      int open = (int) parser.currentTokenLocation().getByteOffset();
      for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.nextToken();
        int valueFrom = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        members.add(
            new Member(
                name, from, valueFrom, endOf(json, parser.currentLocation().getByteOffset())));
      }
      return new RequestBody(bytes, open, members);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(List<ByteBuffer> parts) {
    var text = new StringBuilder();
    for (var part : parts) {
      text.append(UTF_8.decode(part.duplicate()));
    }
    return text.toString();
  }

  /// Numbers are read up to the character after them.
  private static int endOf(String json, long offset) {
    int end = (int) offset;
    while (",} \n".indexOf(json.charAt(end - 1)) >= 0 && json.charAt(end - 1) != '}') {
      end--;
    }
    return end;
  }
}
