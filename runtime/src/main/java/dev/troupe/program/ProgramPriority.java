package dev.troupe.program;

/// How much a program matters beside others: a whole number from [#LEAST] to [#MOST], 0 where nobody says
/// otherwise. One more halves what each second of its cost counts.
///
/// A program of priority `p` so weighs `2^p` jobs: of jobs that cost `c` and weigh `w` each, to serve them by
/// `c ÷ w` makes the weighted sum of their ends least.
///
/// W. E. Smith, [Various optimizers for single-stage production](https://doi.org/10.1002/nav.3800030106)
/// (1956).
public final class ProgramPriority {

  public static final int LEAST = -4;

  public static final int MOST = 4;

  public static final int DEFAULT = 0;

  /// What a priority is, in words.
  public static final String RULE = "a priority is a whole number from " + LEAST + " to " + MOST;

  private ProgramPriority() {}

  public static boolean isValid(int priority) {
    return LEAST <= priority && priority <= MOST;
  }

  /// @throws IllegalArgumentException if it is none
  public static int checked(int priority) {
    if (!isValid(priority)) {
      throw new IllegalArgumentException(RULE + ", not " + priority);
    }
    return priority;
  }

  /// What a second of the program's cost counts, in seconds. One that a later build allows counts as the
  /// nearest here.
  public static double factor(int priority) {
    return Math.scalb(1.0, -Math.clamp(priority, LEAST, MOST));
  }

  /// What that much service of the program counts; at most `Long.MAX_VALUE`.
  ///
  /// @param nanos not negative
  public static long weighed(long nanos, int priority) {
    int steps = Math.clamp(priority, LEAST, MOST);
    return steps >= 0
        ? nanos >> steps
        : nanos > Long.MAX_VALUE >> -steps ? Long.MAX_VALUE : nanos << -steps;
  }
}
