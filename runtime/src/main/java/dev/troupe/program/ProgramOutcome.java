package dev.troupe.program;

import dev.troupe.program.ProgramView.State;
import java.time.Duration;
import java.util.Optional;

/// Whether a program is over, and how it went: what this life has heard of that counts, or else
/// what an earlier one left. Mutable, confined; every method takes O(1).
final class ProgramOutcome {

  private final Duration idleTimeout;
  private Optional<State> outcome = Optional.empty();
  // Whether this life says how the program stands: an earlier one's end says nothing of that
  // then.
  private boolean isOwn;

  /// @param idleTimeout a program that was silent for longer is over
  ProgramOutcome(Duration idleTimeout) {
    this.idleTimeout = idleTimeout;
  }

  /// The program goes on, though it may have been over.
  void goesOn() {
    isOwn = true;
    outcome = Optional.empty();
  }

  /// @param how one of the final states
  void over(State how) {
    if (!how.isFinal()) {
      throw new IllegalArgumentException(how + " is no outcome of a program");
    }
    isOwn = true;
    outcome = Optional.of(how);
  }

  /// Takes over what an earlier life left behind.
  void restore(ProgramView kept) {
    if (!isOwn) {
      outcome = outcomeOf(kept);
    }
  }

  private Optional<State> outcomeOf(ProgramView kept) {
    if (kept.state().isFinal()) {
      return Optional.of(kept.state());
    }
    long silentNanos =
        Math.min(kept.sinceArrivalNanos(), kept.sinceCompletionNanos().orElse(Long.MAX_VALUE));
    return silentNanos > idleTimeout.toNanos() ? Optional.of(State.TIMED_OUT) : Optional.empty();
  }

  boolean isOver() {
    return outcome.isPresent();
  }

  /// Empty while the program goes on.
  Optional<State> state() {
    return outcome;
  }
}
