package dev.troupe.plan;

import java.time.Duration;
import java.util.List;

/// How often, and after which pause, a failed attempt is made again. Only failures that may pass
/// (lost connections, overload, limits, timeouts) are.
///
/// @param maxRetries attempts beyond the first, 0 to 100
/// @param delays before the first retry, the second, …; the last one holds for all further
/// @param factor by which the last delay grows with each further retry; at least 1
/// @param maxDelay no pause is longer
/// @param jitter fraction, 0–1, by which a pause is made shorter or longer at random
public record Retry(
    int maxRetries, List<Duration> delays, double factor, Duration maxDelay, double jitter) {

  private static final int MAX_RETRIES = 100;
  private static final Duration LONGEST = Duration.ofDays(1);

  /// No second attempt.
  public static final Retry NONE = listed(0, List.of(Duration.ZERO));

  /// What a step has that says nothing: twice, after 0.5 s and 1 s, ±10 %.
  public static final Retry DEFAULT =
      exponential(2, Duration.ofMillis(500), Duration.ofSeconds(30), 2, 0.1);

  /// The plan optimizer's: after 2, 10 and 30 s.
  public static final Retry UDF =
      listed(3, List.of(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(30)));

  /// The rate-limited task engine's: three times from 50 ms, doubling, at most 5 s.
  public static final Retry TURBO =
      exponential(3, Duration.ofMillis(50), Duration.ofSeconds(5), 2, 0);

  /// The DAG runtime's: three times, 2 s apart.
  public static final Retry DRAGONSCALE = listed(3, List.of(Duration.ofSeconds(2)));

  public Retry {
    delays = List.copyOf(delays);
    if (maxRetries < 0 || maxRetries > MAX_RETRIES) {
      throw invalid("max_retries must be 0 to " + MAX_RETRIES);
    }
    if (delays.isEmpty() || delays.size() > MAX_RETRIES) {
      throw invalid("backoff must have 1 to " + MAX_RETRIES + " pauses");
    }
    for (Duration delay : delays) {
      if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
        throw invalid("a pause before a retry must be 0 to " + LONGEST.toDays() + " day");
      }
    }
    if (!(factor >= 1 && factor <= MAX_RETRIES)) {
      throw invalid("factor must be 1 to " + MAX_RETRIES);
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw invalid("jitter must be a fraction from 0 to 1");
    }
    if (maxDelay.isNegative() || maxDelay.compareTo(LONGEST) > 0) {
      throw invalid("the longest pause must be 0 to " + LONGEST.toDays() + " day");
    }
  }

  public static Retry listed(int maxRetries, List<Duration> delays) {
    return new Retry(maxRetries, delays, 1, LONGEST, 0);
  }

  public static Retry exponential(
      int maxRetries, Duration base, Duration maxDelay, double factor, double jitter) {
    return new Retry(maxRetries, List.of(base), factor, maxDelay, jitter);
  }

  /// The pause before a retry.
  ///
  /// @param retry 1 for the first
  /// @param random 0–1, uniform: half takes nothing off and adds nothing
  public Duration delay(int retry, double random) {
    int beyond = Math.max(0, retry - delays.size());
    double millis =
        delays.get(Math.min(retry, delays.size()) - 1).toMillis() * Math.pow(factor, beyond);
    double capped = Math.min(millis, maxDelay.toMillis());
    return Duration.ofMillis(Math.round(capped * (1 + jitter * (2 * random - 1))));
  }

  private static InvalidPlanException invalid(String message) {
    return InvalidPlanException.of(PlanError.Code.INVALID_INPUT, message);
  }
}
