package dev.troupe.chaos;

import dev.troupe.program.Usage;
import java.time.Duration;
import java.util.Optional;

/// What came back of one attempt.
///
/// @param firstNanos when its first token came, by the monotonic clock; 0 where none did
/// @param retryAfter what a refusal asked for
/// @param detail what the node or the system said, where the call was not completed
record Answer(
    Outcome outcome, Usage usage, long firstNanos, Optional<Duration> retryAfter, String detail) {

  static Answer completed(Usage usage, long firstNanos) {
    return new Answer(Outcome.COMPLETED, usage, firstNanos, Optional.empty(), "");
  }

  static Answer broken(Outcome outcome, String detail) {
    return new Answer(outcome, Usage.NONE, 0, Optional.empty(), detail);
  }
}
