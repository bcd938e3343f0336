package dev.troupe.chaos;

import dev.troupe.program.Usage;
import java.time.Duration;
import java.util.Optional;

/// What came back of one attempt.
///
/// @param retryAfter what a refusal asked for
/// @param detail what the node or the system said, where the call was not completed
record Answer(Outcome outcome, Usage usage, Optional<Duration> retryAfter, String detail) {

  static Answer completed(Usage usage) {
    return new Answer(Outcome.COMPLETED, usage, Optional.empty(), "");
  }

  static Answer broken(Outcome outcome, String detail) {
    return new Answer(outcome, Usage.NONE, Optional.empty(), detail);
  }
}
