package dev.troupe.run;

import java.util.Comparator;

/// A time at which something in a run is due.
///
/// @param step whose; empty for the run itself
record Timer(long atMillis, Kind kind, String step) implements Comparable<Timer> {

  enum Kind {
    RUN_TIMEOUT,
    STAGE_TIMEOUT,
    /// The end of the patience with steps that were cancelled.
    STOP,
    STEP_TIMEOUT,
    RETRY,
    /// The end of a wait.
    WAKE
  }

  private static final Comparator<Timer> ORDER =
      Comparator.comparingLong(Timer::atMillis)
          .thenComparing(Timer::kind)
          .thenComparing(Timer::step);

  static Timer ofRun(long atMillis, Kind kind) {
    return new Timer(atMillis, kind, "");
  }

  @Override
  public int compareTo(Timer other) {
    return ORDER.compare(this, other);
  }
}
