package dev.troupe.cluster;

import dev.troupe.engine.EngineId;
import dev.troupe.program.CallEnd;
import dev.troupe.program.Reason;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/// What an application hears of a call it made. The last event is [Ended], [Rejected] or [Failed].
public sealed interface ProgramCallEvent {

  /// The call waits. Told now and then, and left out when nobody listens.
  ///
  /// @param position calls that are ahead of it
  record Queued(int position) implements ProgramCallEvent {}

  /// The engine has begun to answer.
  ///
  /// @param rule what decided for this engine
  /// @param waited from making the call to the grant
  record Began(EngineId engine, String rule, Duration waited) implements ProgramCallEvent {}

  /// A piece of the answer, as the engine sent it: any number of bytes of JSON or of server-sent
  /// events. [AnswerText] makes text of them.
  record Output(ByteString bytes) implements ProgramCallEvent {}

  /// The answer is over.
  ///
  /// @param end what it used; its `failure` is absent when it is whole
  record Ended(CallEnd end) implements ProgramCallEvent {}

  /// The engine found fault with the request.
  ///
  /// @param status of its HTTP response
  /// @param body what it said, cut off at 64 KiB
  record Rejected(int status, String body) implements ProgramCallEvent {}

  /// There is no answer.
  ///
  /// @param detail the cause and the mend, in a sentence
  /// @param retryAfter when another try makes sense, where that is known
  record Failed(Reason reason, String detail, Optional<Duration> retryAfter)
      implements ProgramCallEvent {}
}
