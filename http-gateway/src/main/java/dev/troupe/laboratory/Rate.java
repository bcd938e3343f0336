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

  boolean isRecorded() {
    return programsPerSecond.isEmpty();
  }

  /// @param census of the programs that come at it
  /// @throws IllegalArgumentException when it is the recorded one, and none is known
  double perSecond(Census census) {
    return programsPerSecond.orElseGet(() ->
        census
            .perSecond()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "--rate: recorded asks for a trace, with two programs or more that did not come all at"
                        + " once; give a number")));
  }
}
