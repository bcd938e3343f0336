package dev.troupe.schedule;

import dev.troupe.schedule.Dispatcher.Limits;
import java.time.Duration;

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

  /// How long a caller refused at that place of the queue is told to wait.
  Duration retryAfter(int position, Limits limits, long nowNanos) {
    double nanos =
        Math.clamp(
            nanosFor(position, nowNanos),
            limits.shortestRetry().toNanos(),
            limits.longestRetry().toNanos());
    return Duration.ofSeconds((long) Math.ceil(nanos / 1e9));
  }

  /// The time in which so many calls leave at the rate of the last minute; infinite when none did.
  private double nanosFor(int calls, long nowNanos) {
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
