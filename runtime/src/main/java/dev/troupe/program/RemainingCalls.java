package dev.troupe.program;

/// How many calls a program is still expected to make, as its callers say: an estimate, from 0 to [#MOST]. With
/// a call it is the number of those to come after it, so that 0 says that it is the last.
public final class RemainingCalls {

  public static final int MOST = 1_000_000;

  /// What such a number is, in words.
  public static final String RULE = "remaining calls are a whole number from 0 to " + MOST;

  private RemainingCalls() {}

  public static boolean isValid(int calls) {
    return 0 <= calls && calls <= MOST;
  }

  /// @throws IllegalArgumentException if it is none
  public static int checked(int calls) {
    if (!isValid(calls)) {
      throw new IllegalArgumentException(RULE + ", not " + calls);
    }
    return calls;
  }
}
