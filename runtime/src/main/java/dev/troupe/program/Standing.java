package dev.troupe.program;

/// What a program has received and waited so far, as one value.
///
/// Standing only grows, so of two accounts of the same program the larger one is the later one; see
/// [#max].
///
/// @param attainedNanos engine time received by all ended calls together
/// @param criticalPathNanos engine time along the longest chain of dependent ended calls
/// @param waitedNanos arrival to first grant, summed over ended calls
/// @param endedCalls calls accounted for
public record Standing(
    long attainedNanos, long criticalPathNanos, long waitedNanos, long endedCalls) {

  static final long MOST_NANOS = Long.MAX_VALUE / 4;

  public static final Standing NEW = new Standing(0, 0, 0, 0);

  /// The account after one more call has ended. Nothing grows beyond 73 years, so nothing overflows.
  ///
  /// @param pathNanos service along the longest chain of calls up to and including it
  public Standing charged(long serviceNanos, long pathNanos, long callWaitedNanos) {
    return new Standing(
        Math.min(MOST_NANOS, attainedNanos + serviceNanos),
        Math.min(MOST_NANOS, Math.max(criticalPathNanos, pathNanos)),
        Math.min(MOST_NANOS, waitedNanos + callWaitedNanos),
        endedCalls + 1);
  }

  /// Both together, part by part: for what was attained in different lives of one program.
  Standing plus(Standing more) {
    return new Standing(
        Math.min(MOST_NANOS, attainedNanos + more.attainedNanos),
        Math.min(MOST_NANOS, criticalPathNanos + more.criticalPathNanos),
        Math.min(MOST_NANOS, waitedNanos + more.waitedNanos),
        endedCalls + more.endedCalls);
  }

  /// What is left without the other, which is part of it.
  Standing minus(Standing part) {
    return new Standing(
        Math.max(0, attainedNanos - part.attainedNanos),
        Math.max(0, criticalPathNanos - part.criticalPathNanos),
        Math.max(0, waitedNanos - part.waitedNanos),
        Math.max(0, endedCalls - part.endedCalls));
  }

  /// The larger of two accounts, part by part.
  public Standing max(Standing other) {
    return new Standing(
        Math.max(attainedNanos, other.attainedNanos),
        Math.max(criticalPathNanos, other.criticalPathNanos),
        Math.max(waitedNanos, other.waitedNanos),
        Math.max(endedCalls, other.endedCalls));
  }
}
