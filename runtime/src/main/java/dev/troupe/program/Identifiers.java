package dev.troupe.program;

/// The form of identifiers that reach us from outside: 1 to 256 characters, no control characters,
/// and no half of a surrogate pair (two that differ only there would be one on another node).
public final class Identifiers {

  public static final int MAX_LENGTH = 256;

  private Identifiers() {}

  /// O(length): every identifier of every message is looked at.
  public static boolean isValid(String value) {
    if (value.isBlank() || value.length() > MAX_LENGTH) {
      return false;
    }
    for (int at = 0; at < value.length(); at++) {
      char character = value.charAt(at);
      if (Character.isISOControl(character)) {
        return false;
      }
      if (Character.isSurrogate(character)) {
        boolean isPair =
            Character.isHighSurrogate(character)
                && at + 1 < value.length()
                && Character.isLowSurrogate(value.charAt(at + 1));
        if (!isPair) {
          return false;
        }
        at++;
      }
    }
    return true;
  }

  static void check(String what, String value) {
    if (!isValid(value)) {
      throw new IllegalArgumentException(
          what + " must have 1 to " + MAX_LENGTH + " characters and no control characters");
    }
  }
}
