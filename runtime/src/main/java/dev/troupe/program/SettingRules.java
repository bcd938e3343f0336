package dev.troupe.program;

import java.time.Duration;

/// What the values in a section of the configuration have to be, beside their types. A value that is not fine is
/// refused with an `IllegalArgumentException` in one line: the whole key, what is expected, what is there.
///
/// @param section such as `troupe.program`
public record SettingRules(String section) {

  /// @param isFine whether the value is
  /// @param expected what it has to be, such as `1 or more`
  /// @param value as it is shown
  public void require(boolean isFine, String key, String expected, Object value) {
    if (!isFine) {
      throw new IllegalArgumentException(
          section + "." + key + ": expected " + expected + ", not " + shown(value));
    }
  }

  public void requireAtLeast(long least, String key, long value) {
    require(value >= least, key, least + " or more", value);
  }

  public void requirePositive(String key, Duration value) {
    require(value.isPositive(), key, "a time longer than 0", value);
  }

  public void requireNotNegative(String key, Duration value) {
    require(!value.isNegative(), key, "a time of 0 or more", value);
  }

  /// A value as it would be written in the configuration.
  public static String shown(Object value) {
    if (!(value instanceof Duration time)) {
      return String.valueOf(value);
    }
    long millis = time.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
