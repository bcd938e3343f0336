package dev.troupe.laboratory;

import java.util.Locale;

/// Numbers as people read them.
final class Numbers {

  private static final int DIGITS = 3;

  private Numbers() {}

  /// Three digits that count, without trailing zeros: `0.8`, `12.3`, `0.00457`, `12346`.
  static String brief(double value) {
    var text = threeDigits(value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }

  /// Three digits that count: `0.800`, `12.3`, `0.00457`, `12346`.
  static String threeDigits(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value == 0 ? "0" : Double.toString(value);
    }
    int before = (int) Math.floor(Math.log10(Math.abs(value))) + 1;
    int decimals = Math.clamp(DIGITS - before, 0, 9);
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
