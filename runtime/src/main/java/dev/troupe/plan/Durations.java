package dev.troupe.plan;

import java.time.Duration;

/// Spans of time as plans may have them: more than nothing, at most a year.
final class Durations {

  static final Duration LONGEST = Duration.ofDays(366);

  private Durations() {}

  static Duration check(String what, Duration value) {
    if (value.isZero() || value.isNegative() || value.compareTo(LONGEST) > 0) {
      throw InvalidPlanException.of(
          PlanError.Code.INVALID_INPUT,
          what + " must be more than 0 and at most " + LONGEST.toDays() + " days");
    }
    return value;
  }

  static Duration ofMillis(String what, long millis) {
    if (millis <= 0 || millis > LONGEST.toMillis()) {
      throw InvalidPlanException.of(
          PlanError.Code.INVALID_INPUT,
          what + " must be more than 0 and at most " + LONGEST.toDays() + " days");
    }
    return Duration.ofMillis(millis);
  }
}
