package dev.troupe.program;

import java.util.Optional;

/// How a call ended that an engine had, to its program.
public enum CallOutcome {
  /// Its answer is whole.
  COMPLETED,
  FAILED,
  /// By its caller, who left or ended the program.
  CANCELLED;

  /// @param failure why its answer is not whole; absent when it is
  public static CallOutcome of(Optional<Reason> failure) {
    return failure.map(CallOutcome::of).orElse(COMPLETED);
  }

  private static CallOutcome of(Reason reason) {
    return switch (reason) {
      case CLIENT_GONE, PROGRAM_ENDED -> CANCELLED;
      case QUEUE_FULL,
          UNKNOWN_MODEL,
          DRAINING,
          DEADLINE_EXCEEDED,
          ENGINE_LOST,
          ENGINE_INVALID,
          DUPLICATE_CALL,
          INTERNAL ->
          FAILED;
    };
  }
}
