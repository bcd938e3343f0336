package dev.troupe.plan;

import java.util.ArrayList;
import java.util.List;

/// Reads a path that begins at one place of a text, as far as it goes: `.name`, `[12]`, `["any \" text"]`.
/// What does not continue it, such as a full stop at the end of a sentence, is left.
final class PathText {

  private final String text;
  private int at;

  PathText(String text, int from) {
    this.text = text;
    this.at = from;
  }

  static boolean isNameCharacter(int character) {
    return character == '_' || character == '-' || Character.isLetterOrDigit(character);
  }

  static boolean isName(String part) {
    return !part.isEmpty() && part.chars().allMatch(PathText::isNameCharacter);
  }

  ResultPath path() {
    List<String> parts = new ArrayList<>();
    while (at < text.length() && (dotted(parts) || bracketed(parts))) {}
    return new ResultPath(parts);
  }

  int end() {
    return at;
  }

  boolean isAtEnd() {
    return at == text.length();
  }

  private boolean dotted(List<String> parts) {
    if (text.charAt(at) != '.') {
      return false;
    }
    int end = at + 1;
    while (end < text.length() && isNameCharacter(text.charAt(end))) {
      end++;
    }
    if (end == at + 1) {
      return false;
    }
    parts.add(text.substring(at + 1, end));
    at = end;
    return true;
  }

  private boolean bracketed(List<String> parts) {
    if (text.charAt(at) != '[' || at + 1 >= text.length()) {
      return false;
    }
    return text.charAt(at + 1) == '"' ? quoted(parts) : indexed(parts);
  }

  private boolean indexed(List<String> parts) {
    int end = at + 1;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    if (end == at + 1 || end >= text.length() || text.charAt(end) != ']') {
      return false;
    }
    parts.add(text.substring(at + 1, end));
    at = end + 1;
    return true;
  }

  private boolean quoted(List<String> parts) {
    StringBuilder part = new StringBuilder();
    int end = at + 2;
    while (end < text.length() && text.charAt(end) != '"') {
      if (text.charAt(end) == '\\' && end + 1 < text.length()) {
        end++;
      }
      part.append(text.charAt(end));
      end++;
    }
    if (end + 1 >= text.length() || text.charAt(end + 1) != ']') {
      return false;
    }
    parts.add(part.toString());
    at = end + 2;
    return true;
  }
}
