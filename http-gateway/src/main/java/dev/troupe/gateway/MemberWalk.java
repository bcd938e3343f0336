package dev.troupe.gateway;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.troupe.engine.RequestBody.Member;
import java.io.IOException;

/// A walk through the members of JSON objects that tells where each value stands, without decoding
/// what nobody asks for.
///
/// @param bytes what the parser reads
record MemberWalk(JsonParser parser, byte[] bytes) {

  interface Visitor {

    /// The parser stands on the value. It may be left there, or at the value's end.
    void enter(String name, JsonToken value) throws IOException;

    void leave(Member member) throws IOException;
  }

  /// Offset of the token that the parser stands on; -1 when it does not read UTF-8.
  int tokenOffset() {
    return (int) parser.currentTokenLocation().getByteOffset();
  }

  /// Walks the object that the parser stands on, to its end.
  ///
  /// @return offset of the closing brace
  int through(Visitor visitor) throws IOException {
    var token = parser.nextToken();
    int at = tokenOffset();
    while (token == JsonToken.FIELD_NAME) {
      int from = at;
      var name = parser.currentName();
      var value = parser.nextToken();
      int valueFrom = tokenOffset();
      visitor.enter(name, value);
      parser.skipChildren();
      token = parser.nextToken();
      at = tokenOffset();
      visitor.leave(new Member(name, from, valueFrom, endOfValueBefore(at)));
    }
    return at;
  }

  /// Between a value and the next token stand only blanks and at most one comma. Asking the parser
  /// for the end of a text would make it decode the text.
  private int endOfValueBefore(int token) {
    int end = endBeforeBlanks(token);
    return bytes[end - 1] == ',' ? endBeforeBlanks(end - 1) : end;
  }

  private int endBeforeBlanks(int from) {
    int end = from;
    while (bytes[end - 1] <= ' ' && bytes[end - 1] >= 0) {
      end--;
    }
    return end;
  }
}
