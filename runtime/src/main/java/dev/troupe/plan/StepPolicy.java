package dev.troupe.plan;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
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

  /// The same, tried again in another way.
  public StepPolicy withRetry(Retry other) {
    return with(draft -> draft.retry = other);
  }

  /// The same with a limit on one attempt.
  public StepPolicy withTimeout(Duration limit) {
    return with(draft -> draft.timeout = Optional.of(limit));
  }

  /// The same, of which something else is known about running it twice.
  public StepPolicy withRepeat(Repeat other) {
    return with(draft -> draft.repeat = other);
  }

  /// The same, which the run may do without, or may not.
  public StepPolicy withOptional(boolean other) {
    return with(draft -> draft.optional = other);
  }

  /// The same among ready steps: more goes first.
  public StepPolicy withPriority(int other) {
    return with(draft -> draft.priority = other);
  }

  /// The same, expected to take so long.
  public StepPolicy withExpectedDuration(Duration other) {
    return with(draft -> draft.expectedDuration = Optional.of(other));
  }

  private StepPolicy with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.policy();
  }

  /// What a policy is made of, to change a part of it.
  private static final class Draft {
    private Retry retry;
    private Optional<Duration> timeout;
    private final Optional<Duration> idleTimeout;
    private Repeat repeat;
    private boolean optional;
    private int priority;
    private final Optional<String> concurrencyKey;
    private Optional<Duration> expectedDuration;
    private final OptionalLong expectedTokens;

    Draft(StepPolicy policy) {
      retry = policy.retry;
      timeout = policy.timeout;
      idleTimeout = policy.idleTimeout;
      repeat = policy.repeat;
      optional = policy.optional;
      priority = policy.priority;
      concurrencyKey = policy.concurrencyKey;
      expectedDuration = policy.expectedDuration;
      expectedTokens = policy.expectedTokens;
    }

    StepPolicy policy() {
      return new StepPolicy(
          retry,
          timeout,
          idleTimeout,
          repeat,
          optional,
          priority,
          concurrencyKey,
          expectedDuration,
          expectedTokens);
    }
  }
}
