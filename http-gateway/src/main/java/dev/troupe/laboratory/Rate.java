package dev.troupe.laboratory;

import java.util.OptionalDouble;
import picocli.CommandLine.TypeConversionException;

/// How many programs come per second.
///
/// @param programsPerSecond empty where they come as fast as they did when they were recorded
record Rate(OptionalDouble programsPerSecond) {

  private static final String RECORDED = "recorded";

  /// A number, or `recorded`.
  static Rate of(String text) {
    if (text.equals(RECORDED)) {
      return new Rate(OptionalDouble.empty());
    }
    try {
      return new Rate(OptionalDouble.of(NumberText.number(text)));
    } catch (TypeConversionException wrong) {
      throw new TypeConversionException(wrong.getMessage() + ", or " + RECORDED);
    }
  }
}
