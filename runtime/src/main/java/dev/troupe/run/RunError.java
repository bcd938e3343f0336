package dev.troupe.run;

import dev.troupe.plan.StepId;
import java.util.Locale;
import java.util.Optional;

/// Why a run ended otherwise than completed.
///
/// @param step whose fault it is, where it is one step's
public record RunError(Code code, String message, Optional<StepId> step) {

  /// What happened, as clients see it.
  public enum Code {
    /// A step that the run cannot do without failed.
    TASK_FAILED,
    /// Too many steps failed.
    CIRCUIT_OPEN,
    /// What is left of the budget does not pay for the next step.
    BUDGET_EXCEEDED,
    /// The run took longer than it may.
    TIMEOUT,
    /// Steps remain that wait for nothing that could happen.
    DEADLOCK,
    /// Somebody aborted it.
    CANCELLED,
    /// A bug of ours.
    INTERNAL_ERROR;

    /// As on the wire: `task_failed`.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static RunError of(Code code, String message) {
    return new RunError(code, message, Optional.empty());
  }

  static RunError failed(StepId step, StepError error) {
    return new RunError(
        Code.TASK_FAILED,
        "step \"" + step + "\" failed: " + error.code().word() + ": " + error.message(),
        Optional.of(step));
  }
}
