package dev.troupe.run;

import java.time.Duration;
import java.util.OptionalLong;

/// When a message to a webhook that was not taken is sent again: after pauses that double, never sooner than
/// the receiver asks for, and only so often.
///
/// @param attempts of one message, at least 1
/// @param first pause after the first attempt
/// @param longest of all pauses but those that a receiver asks for
public record Redelivery(int attempts, Duration first, Duration longest) {

  private static final int GONE = 410;
  private static final int MAX_DOUBLINGS = 30;

  /// A receiver is not waited for longer than this, whatever it asks for.
  private static final long MAX_ASKED_MILLIS = 24L * 60 * 60 * 1_000;

  /// Half of a pause may be added to it, so that many runs do not come back together.
  private static final double JITTER = 0.5;

  /// What came of an attempt.
  ///
  /// @param status of HTTP; 0 where there was no answer
  /// @param retryAfterMillis that the receiver asks for
  /// @param trouble what went wrong, where there was no answer
  public record Answer(int status, OptionalLong retryAfterMillis, String trouble) {

    /// The message will never arrive: it is not even tried again.
    public static Answer never(String why) {
      return new Answer(GONE, OptionalLong.empty(), why);
    }

    boolean isTaken() {
      return status >= 200 && status < 300;
    }

    String line() {
      return trouble.isEmpty() ? "it answered " + status : trouble;
    }
  }

  /// What follows from an answer.
  public sealed interface Next {}

  /// The receiver has it.
  public record Taken() implements Next {}

  public record Again(Duration pause) implements Next {}

  /// Nothing more is sent to this receiver.
  public record GivenUp(String why) implements Next {}

  /// @param attempt that was answered, from 1
  /// @param draw 0–1
  public Next next(int attempt, Answer answer, double draw) {
    if (answer.isTaken()) {
      return new Taken();
    }
    if (answer.status() == GONE) {
      return new GivenUp(answer.line());
    }
    if (attempt >= attempts) {
      return new GivenUp(answer.line() + ", the last of " + attempts + " times");
    }
    long doubled = first.toMillis() << Math.min(MAX_DOUBLINGS, attempt - 1);
    long usual = Math.min(longest.toMillis(), doubled < 0 ? Long.MAX_VALUE : doubled);
    long asked = Math.min(MAX_ASKED_MILLIS, answer.retryAfterMillis().orElse(0));
    long pause = Math.max(usual, asked);
    return new Again(Duration.ofMillis(pause + (long) (usual * JITTER * draw)));
  }
}
