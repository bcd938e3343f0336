package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/// How many bytes JSON values take between nodes and in storage, where they are CBOR: never less than they
/// do, and for texts hardly more.
public final class JsonSize {

  /// The most bytes that a result, or what a step is given, may have: what crosses nodes is limited
  /// (`maximum-large-frame-size`), and has to have room for what stands around it.
  public static final long MOST_BYTES = 16L << 20;

  /// The longest head of a value: its type and a length, or a number.
  private static final int HEAD_BYTES = 9;

  /// Long texts are written in pieces with heads of their own, of no fewer characters.
  private static final int PIECE_CHARS = 1_000;

  private JsonSize() {}

  /// Cost: `O(the value's size)`.
  public static long bytes(JsonNode value) {
    long bytes = 0;
    Deque<JsonNode> open = new ArrayDeque<>();
    open.add(value);
    while (!open.isEmpty()) {
      JsonNode next = open.removeLast();
      bytes += HEAD_BYTES;
      switch (next.getNodeType()) {
        case STRING -> bytes += ofText(next.textValue());
        case OBJECT -> {
          for (Map.Entry<String, JsonNode> field : next.properties()) {
            bytes += HEAD_BYTES + ofText(field.getKey());
            open.add(field.getValue());
          }
        }
        case ARRAY -> next.forEach(open::add);
        // Where it is larger than a head, CBOR takes fewer bytes than there are digits.
        case NUMBER -> bytes += next.isBigDecimal() || next.isBigInteger() ? digits(next) : 0;
        // Between nodes in base 64, at the most.
        case BINARY, POJO -> bytes += next.asText().length();
        case BOOLEAN, NULL, MISSING -> {}
      }
    }
    return bytes;
  }

  /// Of a text, beside its head.
  static long ofText(String text) {
    long bytes = text.length() + text.length() / PIECE_CHARS * HEAD_BYTES;
    for (int at = 0; at < text.length(); at++) {
      char each = text.charAt(at);
      // A character of two surrogates takes four.
      bytes += each < 0x80 ? 0 : each < 0x800 || Character.isSurrogate(each) ? 1 : 2;
    }
    return bytes;
  }

  /// Whether a value is larger than may cross nodes.
  static boolean isTooLarge(JsonNode value) {
    return bytes(value) > MOST_BYTES;
  }

  private static long digits(JsonNode number) {
    return number.isBigInteger()
        ? number.bigIntegerValue().bitLength() / Byte.SIZE + 1
        : number.decimalValue().unscaledValue().bitLength() / Byte.SIZE + 1 + HEAD_BYTES;
  }
}
