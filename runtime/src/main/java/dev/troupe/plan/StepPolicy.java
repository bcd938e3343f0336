package dev.troupe.plan;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// How one step is treated.
///
/// @param timeout of one attempt, from its start to its end; the run's where empty
/// @param idleTimeout of an attempt without a sign of life: a token, a heartbeat
/// @param optional whether the run may do without it: its failure alone fails no run
/// @param priority among steps that are ready: more goes first; the critical path decides between equals
/// @param concurrencyKey of steps with the same key, one runs at a time
/// @param expectedDuration from start to end, for the critical path and previews
/// @param expectedTokens of prompt and output together, for the same and for reservations
public record StepPolicy(
    Retry retry,
    Optional<Duration> timeout,
    Optional<Duration> idleTimeout,
    Repeat repeat,
    boolean optional,
    int priority,
    Optional<String> concurrencyKey,
    Optional<Duration> expectedDuration,
    OptionalLong expectedTokens) {

  public static final StepPolicy DEFAULT =
      new StepPolicy(
          Retry.DEFAULT,
          Optional.empty(),
          Optional.empty(),
          Repeat.IDEMPOTENT,
          false,
          0,
          Optional.empty(),
          Optional.empty(),
          OptionalLong.empty());

  public StepPolicy {
    timeout.ifPresent(each -> Durations.check("timeout", each));
    idleTimeout.ifPresent(each -> Durations.check("idle timeout", each));
    expectedDuration.ifPresent(each -> Durations.check("expected duration", each));
    if (expectedTokens.isPresent() && expectedTokens.getAsLong() < 0) {
      throw InvalidPlanException.of(
          PlanError.Code.INVALID_INPUT, "expected tokens must not be negative");
    }
  }

  /// Equal to what a step has that says nothing: such policies are not stored. Jackson makes one.
  static final class Usual {
    @Override
    public boolean equals(@Nullable Object policy) {
      return policy == null || DEFAULT.equals(policy);
    }

    @Override
    public int hashCode() {
      return DEFAULT.hashCode();
    }
  }

  public StepPolicy withRetry(Retry other) {
    return new StepPolicy(
        other,
        timeout,
        idleTimeout,
        repeat,
        optional,
        priority,
        concurrencyKey,
        expectedDuration,
        expectedTokens);
  }

  public StepPolicy withTimeout(Duration other) {
    return new StepPolicy(
        retry,
        Optional.of(other),
        idleTimeout,
        repeat,
        optional,
        priority,
        concurrencyKey,
        expectedDuration,
        expectedTokens);
  }

  public StepPolicy withRepeat(Repeat other) {
    return new StepPolicy(
        retry,
        timeout,
        idleTimeout,
        other,
        optional,
        priority,
        concurrencyKey,
        expectedDuration,
        expectedTokens);
  }

  public StepPolicy withOptional(boolean other) {
    return new StepPolicy(
        retry,
        timeout,
        idleTimeout,
        repeat,
        other,
        priority,
        concurrencyKey,
        expectedDuration,
        expectedTokens);
  }

  public StepPolicy withPriority(int other) {
    return new StepPolicy(
        retry,
        timeout,
        idleTimeout,
        repeat,
        optional,
        other,
        concurrencyKey,
        expectedDuration,
        expectedTokens);
  }

  public StepPolicy withExpectedDuration(Duration other) {
    return new StepPolicy(
        retry,
        timeout,
        idleTimeout,
        repeat,
        optional,
        priority,
        concurrencyKey,
        Optional.of(other),
        expectedTokens);
  }
}
