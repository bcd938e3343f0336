package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/// Reads what stands between the brackets of a call in Python, where all of it is literal: texts,
/// numbers, `True`, `False`, `None`, lists, tuples and dictionaries. What is none is empty, not an error:
/// planning models also write bare words.
final class PythonLiteral {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int MAX_DEPTH = 32;
  private static final int MAX_NUMBER_LENGTH = 40;

  /// Thrown and caught here alone: the text is no literal.
  private static final class NotLiteralException extends Exception {
    private static final long serialVersionUID = 1L;

    NotLiteralException() {
      super(null, null, false, false);
    }
  }

  private final String text;
  private int at;

  private PythonLiteral(String text) {
    this.text = text;
  }

  /// The arguments in order; empty if they are not all literals.
  static Optional<ArrayNode> arguments(String text) {
    PythonLiteral reader = new PythonLiteral(text);
    try {
      ArrayNode arguments = NODES.arrayNode();
      reader.elements(arguments, '\0', MAX_DEPTH);
      return Optional.of(arguments);
    } catch (NotLiteralException words) {
      return Optional.empty();
    }
  }

  /// Elements up to a closing character, or to the end of the text.
  private void elements(ArrayNode to, char close, int depth) throws NotLiteralException {
    while (true) {
      space();
      if (isAt(close)) {
        return;
      }
      to.add(value(depth));
      space();
      if (isAt(close)) {
        return;
      }
      expect(',');
    }
  }

  /// Whether the closing character comes next; it is taken.
  private boolean isAt(char close) {
    if (close == '\0') {
      return at == text.length();
    }
    if (at < text.length() && text.charAt(at) == close) {
      at++;
      return true;
    }
    return false;
  }

  private JsonNode value(int depth) throws NotLiteralException {
    if (depth == 0 || at == text.length()) {
      throw new NotLiteralException();
    }
    char next = text.charAt(at);
    return switch (next) {
      case '"', '\'' -> NODES.textNode(quoted(next));
      case '[' -> list(']', depth);
      case '(' -> list(')', depth);
      case '{' -> dictionary(depth);
      default -> scalar();
    };
  }

  private JsonNode list(char close, int depth) throws NotLiteralException {
    at++;
    ArrayNode array = NODES.arrayNode();
    elements(array, close, depth - 1);
    return array;
  }

  private JsonNode dictionary(int depth) throws NotLiteralException {
    at++;
    ObjectNode object = NODES.objectNode();
    while (true) {
      space();
      if (isAt('}')) {
        return object;
      }
      JsonNode key = value(depth - 1);
      space();
      expect(':');
      space();
      object.set(key.asText(), value(depth - 1));
      space();
      if (isAt('}')) {
        return object;
      }
      expect(',');
    }
  }

  private String quoted(char quote) throws NotLiteralException {
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char next = text.charAt(at);
      if (next == quote) {
        at++;
        return value.toString();
      }
      if (next == '\\' && at + 1 < text.length()) {
        at++;
        value.append(escaped(text.charAt(at)));
      } else {
        value.append(next);
      }
    }
    throw new NotLiteralException();
  }

  private static String escaped(char character) {
    return switch (character) {
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'r' -> "\r";
      case '\\', '\'', '"' -> String.valueOf(character);
      default -> "\\" + character;
    };
  }

  private JsonNode scalar() throws NotLiteralException {
    int end = at;
    while (end < text.length() && ",)]}: ".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    String word = text.substring(at, end);
    at = end;
    return switch (word) {
      case "True" -> NODES.booleanNode(true);
      case "False" -> NODES.booleanNode(false);
      case "None" -> NODES.nullNode();
      default -> number(word);
    };
  }

  private static JsonNode number(String word) throws NotLiteralException {
    if (word.isEmpty()
        || word.length() > MAX_NUMBER_LENGTH
        || !word.chars().allMatch(each -> "+-.eE0123456789".indexOf(each) >= 0)) {
      throw new NotLiteralException();
    }
    try {
      return NODES.numberNode(Integer.parseInt(word));
    } catch (NumberFormatException large) {
      return decimal(word);
    }
  }

  private static JsonNode decimal(String word) throws NotLiteralException {
    try {
      double number = Double.parseDouble(word);
      if (Double.isFinite(number)) {
        return NODES.numberNode(number);
      }
    } catch (NumberFormatException noNumber) {
      throw new NotLiteralException();
    }
    throw new NotLiteralException();
  }

  private void space() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private void expect(char character) throws NotLiteralException {
    if (at == text.length() || text.charAt(at) != character) {
      throw new NotLiteralException();
    }
    at++;
  }
}
