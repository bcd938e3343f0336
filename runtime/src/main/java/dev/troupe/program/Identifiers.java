package dev.troupe.program;

/// The form of identifiers that reach us from outside: 1 to 256 characters, no control characters,
/// and no half of a surrogate pair (two that differ only there would be one on another node).
public final class Identifiers {

  public static final int MAX_LENGTH = 256;

  private Identifiers() {}

  public static boolean isValid(String value) {
    return !value.isBlank()
        && value.length() <= MAX_LENGTH
        && value.chars().noneMatch(Character::isISOControl)
        && value.codePoints().noneMatch(Identifiers::isLoneSurrogate);
  }

  private static boolean isLoneSurrogate(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE;
  }

  static void check(String what, String value) {
    if (!isValid(value)) {
      throw new IllegalArgumentException(
          what + " must have 1 to " + MAX_LENGTH + " characters and no control characters");
    }
  }
}
