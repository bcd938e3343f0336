package dev.troupe.actor;

import dev.troupe.actor.EngineClient.EngineAnswer;
import dev.troupe.engine.Lease;
import dev.troupe.program.CallEnd;
import dev.troupe.program.Reason;
import java.time.Duration;
import java.util.Optional;

/// What the caller of a call hears, on its own node. [Failed] or [Ended] is the last, exactly once.
public sealed interface CallEvent {

  /// The call waits.
  ///
  /// @param position calls of its pool that are ahead of it, as the scheduler counted
  record Queued(int position) implements CallEvent {}

  /// The engine has begun to answer: the first byte is here. The caller runs the body.
  ///
  /// @param waitedNanos arrival to grant
  record Answering(EngineAnswer answer, Lease lease, long waitedNanos) implements CallEvent {}

  /// The call got no answer.
  ///
  /// @param detail a sentence for the client: the cause and the mend
  /// @param retryAfter when another try makes sense, where that is known
  record Failed(Reason reason, String detail, Optional<Duration> retryAfter) implements CallEvent {}

  /// The answer's body has ended, whole or not.
  record Ended(CallEnd end) implements CallEvent {}
}
