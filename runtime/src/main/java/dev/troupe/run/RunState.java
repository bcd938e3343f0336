package dev.troupe.run;

import java.util.Locale;

/// Where a run is.
///
/// ```
/// PENDING → RUNNING ⇄ PAUSED
///    │         └────┬────┘
///    │              ├→ COMPLETED
///    │              ├→ FAILED
///    └──────────────┴→ ABORTING → ABORTED
/// ```
public enum RunState {
  /// Not submitted yet.
  PENDING,
  RUNNING,
  /// Nothing is started; what runs goes on, and its results are kept.
  PAUSED,
  /// To be aborted: running steps are being cancelled.
  ABORTING,
  /// Every step that the run cannot do without completed.
  COMPLETED,
  /// Ended for the reason that the run's error gives. Results are kept.
  FAILED,
  /// Ended because somebody wanted it to. Results are kept.
  ABORTED;

  /// Whether it is final: nothing follows.
  public boolean isTerminal() {
    return this == COMPLETED || this == FAILED || this == ABORTED;
  }

  /// Whether a run may go from here to `next`.
  public boolean mayBecome(RunState next) {
    return switch (this) {
      case PENDING -> next == RUNNING || next == PAUSED;
      case RUNNING -> next == PAUSED || next == ABORTING || next == COMPLETED || next == FAILED;
      case PAUSED -> next == RUNNING || next == ABORTING || next == COMPLETED || next == FAILED;
      case ABORTING -> next == ABORTED;
      case COMPLETED, FAILED, ABORTED -> false;
    };
  }

  /// As on the wire: `running`.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
