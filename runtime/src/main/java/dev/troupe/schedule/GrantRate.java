package dev.troupe.schedule;

/// How fast calls leave the queue, from the latest dispatches.
final class GrantRate {

  private static final int REMEMBERED = 256;
  private static final long RECENT_NANOS = 60_000_000_000L;

  private final long[] grantedNanos = new long[REMEMBERED];
  private long grants;

  void granted(long nowNanos) {
    grantedNanos[(int) (grants % REMEMBERED)] = nowNanos;
    grants++;
  }

  /// The time in which so many calls leave at the rate of the last minute; infinite when none did.
  double nanosFor(int calls, long nowNanos) {
    int recent = 0;
    long longestAgoNanos = 1;
    for (int index = 0; index < Math.min(grants, REMEMBERED); index++) {
      long agoNanos = nowNanos - grantedNanos[index];
      if (agoNanos <= RECENT_NANOS) {
        recent++;
        longestAgoNanos = Math.max(longestAgoNanos, agoNanos);
      }
    }
    return recent == 0 ? Double.POSITIVE_INFINITY : (double) calls * longestAgoNanos / recent;
  }
}
