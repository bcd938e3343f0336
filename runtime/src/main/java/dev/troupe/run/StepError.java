package dev.troupe.run;

import java.util.Locale;
import java.util.OptionalLong;

/// Why an attempt of a step failed.
///
/// @param message one sentence for people; no prompt, no result
/// @param isTransient whether another attempt may succeed
/// @param mayHaveRun whether the work may have been done, wholly or in part, though no result is there
/// @param retryAfterMillis how long whoever refused it asks to be left alone
public record StepError(
    Code code,
    String message,
    boolean isTransient,
    boolean mayHaveRun,
    OptionalLong retryAfterMillis) {

  /// What happened, as clients see it.
  public enum Code {
    /// The tool, function or model answered that it failed.
    EXECUTION_FAILED,
    /// No answer in time.
    TIMEOUT,
    /// Refused for now: too many requests.
    RATE_LIMITED,
    /// Refused for now: overloaded, or failed on the server's side.
    UNAVAILABLE,
    /// The connection broke or was never made.
    CONNECTION_LOST,
    /// Stopped before it ended, as the run no longer needed it.
    CANCELLED,
    /// Left out by hand, or for want of what it needs.
    SKIPPED,
    /// What the step refers to is not there.
    ROUTING_FAILED,
    /// Its input could not be made.
    CONTEXT_BUILD_FAILED,
    /// The results it receives do not fit into its context.
    CONTEXT_COMPACT_FAILED,
    /// The model is in no catalogue, or no engine has it.
    MODEL_UNKNOWN,
    /// No such tool or function.
    TOOL_NOT_FOUND,
    /// It would cost more than is left.
    BUDGET_EXCEEDED,
    /// Larger than whoever is to do it takes at all.
    REQUEST_EXCEEDS_LIMIT,
    /// The result is not of the form that is asked for.
    INVALID_RESULT,
    /// The person asked said no.
    APPROVAL_REFUSED,
    /// It had started when its node was lost, and is not to be done twice.
    MAY_HAVE_RUN,
    /// A bug of ours.
    INTERNAL_ERROR;

    /// As on the wire: `execution_failed`.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// Whether it says that whoever does the work has too much of it.
    boolean isOverload() {
      return this == RATE_LIMITED
          || this == UNAVAILABLE
          || this == TIMEOUT
          || this == CONNECTION_LOST;
    }
  }

  /// One that another attempt cannot mend.
  public static StepError lasting(Code code, String message) {
    return new StepError(code, message, false, false, OptionalLong.empty());
  }

  /// One that may pass, before anything was done.
  public static StepError passing(Code code, String message) {
    return new StepError(code, message, true, false, OptionalLong.empty());
  }

  /// The same with a time to wait.
  public StepError withRetryAfter(long millis) {
    return new StepError(code, message, isTransient, mayHaveRun, OptionalLong.of(millis));
  }

  static StepError timeout(long afterMillis) {
    return new StepError(
        Code.TIMEOUT, "no answer within " + afterMillis + " ms", true, true, OptionalLong.empty());
  }

  static StepError tooLarge() {
    return new StepError(
        Code.INVALID_RESULT,
        "its result is larger than " + (JsonSize.MOST_BYTES >> 20) + " MiB",
        false,
        true,
        OptionalLong.empty());
  }

  static StepError lost() {
    return new StepError(
        Code.MAY_HAVE_RUN,
        "its node was lost after it had started: it may have run, and is not done twice",
        false,
        true,
        OptionalLong.empty());
  }

  static StepError lostAndRepeated() {
    return new StepError(
        Code.MAY_HAVE_RUN,
        "its node was lost after it had started; it is done again",
        true,
        true,
        OptionalLong.empty());
  }

  static StepError notBegun() {
    return passing(Code.CANCELLED, "nobody had begun it when its node left; it waits again");
  }

  /// Whether the attempt was none: it counts as no retry.
  boolean isOfNothing() {
    return code == Code.CANCELLED && isTransient;
  }

  static StepError cancelled() {
    return new StepError(
        Code.CANCELLED, "cancelled before it ended", false, true, OptionalLong.empty());
  }

  static StepError skipped(String why) {
    return lasting(Code.SKIPPED, why);
  }
}
