package dev.troupe.chaos;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Waits for what must come about.
final class Patience {

  private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);

  private Patience() {}

  /// Waits until a condition holds.
  ///
  /// @throws IllegalStateException when it does not in time
  static void await(String what, Duration limit, BooleanSupplier condition) {
    if (!holds(limit, condition)) {
      throw new IllegalStateException("not within " + limit.toSeconds() + " s: " + what);
    }
  }

  /// Waits until a condition holds, or the time is over.
  ///
  /// @return whether it holds
  static boolean holds(Duration limit, BooleanSupplier condition) {
    long untilNanos = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > untilNanos) {
        return false;
      }
      rest(LOOK_INTERVAL);
    }
    return true;
  }

  /// Lets time pass.
  static void rest(Duration length) {
    try {
      TimeUnit.NANOSECONDS.sleep(length.toNanos());
    } catch (InterruptedException e) {
      throw new IllegalStateException("stopped", e);
    }
  }
}
