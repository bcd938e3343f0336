package dev.troupe.run;

import java.util.Locale;

/// Where a step is. Ended states are left only by a person's retry, or by the common retry of
/// `retry_all`.
public enum StepState {
  /// Waits for the steps it depends on, for its stage, or for the pause before a retry.
  PENDING,
  /// Could start; waits for room.
  READY,
  /// Started, and no end is known. So are an approval that nobody has given and a wait.
  RUNNING,
  COMPLETED,
  FAILED,
  /// Never to run: somebody skipped it, something it needs is lacking, or the run ended first.
  SKIPPED;

  public boolean isEnded() {
    return this == COMPLETED || this == FAILED || this == SKIPPED;
  }

  /// As on the wire: `running`.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
