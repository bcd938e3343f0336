package dev.troupe.chaos;

import dev.troupe.program.Usage;
import java.time.Duration;
import java.util.Optional;

/// What came back of one attempt.
///
/// @param engine that answered
/// @param retryAfter what a refusal asked for
/// @param detail what the node or the system said, where the call was not completed
record Answer(
    Outcome outcome,
    Optional<String> engine,
    Usage usage,
    Optional<Duration> retryAfter,
    String detail) {

  static Answer completed(Optional<String> engine, Usage usage) {
    return new Answer(Outcome.COMPLETED, engine, usage, Optional.empty(), "");
  }

  static Answer broken(Outcome outcome, Optional<String> engine, String detail) {
    return new Answer(outcome, engine, Usage.NONE, Optional.empty(), detail);
  }
}
