package dev.troupe.laboratory;

import java.util.regex.Pattern;

/// The engines of a simulation, all alike.
///
/// @param engines how many
/// @param profile name of their profile
record Fleet(int engines, String profile) {

  private static final Pattern TEXT = Pattern.compile("([1-9]\\d{0,3})x(\\S+)");

  /// @param text such as `4xA100-8B`
  /// @throws IllegalArgumentException when it reads otherwise
  static Fleet of(String text) {
    var matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "--engines: expected number and profile such as 4xA100-8B, not " + text);
    }
    return new Fleet(Integer.parseInt(matcher.group(1)), matcher.group(2));
  }

  @Override
  public String toString() {
    return engines + "x" + profile;
  }
}
