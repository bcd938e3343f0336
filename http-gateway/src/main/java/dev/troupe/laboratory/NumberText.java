package dev.troupe.laboratory;

import java.util.function.Function;
import picocli.CommandLine.TypeConversionException;

/// Numbers as people type them, refused in words of theirs.
final class NumberText {

  private NumberText() {}

  /// @throws TypeConversionException when it is none
  static double number(String text) {
    return parsed(text, Double::valueOf, "a number");
  }

  /// @throws TypeConversionException when it is none, or one that nobody can mean
  static int wholeNumber(String text) {
    return parsed(text, Integer::valueOf, "a whole number below 2 billion");
  }

  private static <T> T parsed(String text, Function<String, T> parser, String expected) {
    try {
      return parser.apply(text.strip());
    } catch (NumberFormatException _) {
      throw new TypeConversionException("expected " + expected + ", not '" + text + "'");
    }
  }
}
