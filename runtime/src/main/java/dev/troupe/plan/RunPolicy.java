package dev.troupe.plan;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How a run as a whole is treated.
///
/// @param timeout of the whole run, from its start
/// @param stepTimeout of one attempt of a step that has no timeout of its own
/// @param stageTimeout of one stage, where the mode is batched
/// @param maxParallelism steps that run at a time
/// @param maxTasksPerSecond starts of steps in any second
/// @param failureThreshold fraction, 0–1: once more of the steps with as many steps before them (a stage), or
///     of the steps inside one step, have failed, nothing more is started
/// @param order of steps that could start, in mode `event`
public record RunPolicy(
    Optional<Duration> timeout,
    Optional<Duration> stepTimeout,
    Optional<Duration> stageTimeout,
    int maxParallelism,
    OptionalDouble maxTasksPerSecond,
    FailureMode failureMode,
    OptionalDouble failureThreshold,
    Budget budget,
    ContextPolicy context,
    Durability durability,
    Mode mode,
    Order order) {

  /// What the failure of one step means for the others.
  public enum FailureMode {
    /// The run fails: running steps are cancelled, waiting ones are not started.
    FAIL_FAST,
    /// Dependents run, and receive the typed error in the place of the result.
    PARTIAL_COMPLETION,
    /// As partial completion, after all failed steps were tried once more together.
    RETRY_ALL,
    /// Dependents, and theirs, are skipped; all else goes on.
    ISOLATE
  }

  /// When an event of the run is kept.
  public enum Durability {
    /// Never: a run is lost with its node.
    NONE,
    /// Soon: the last moments are lost with the node, and steps that ended in them run again.
    ASYNC,
    /// Before anything follows from it: nothing is lost.
    SYNC
  }

  /// When a step may start.
  public enum Mode {
    /// The moment the steps it depends on have ended.
    EVENT,
    /// With its whole stage, once the stage before has ended.
    BATCHED
  }

  /// Which of the steps that could start does, among those of equal priority, where not all may.
  public enum Order {
    /// The one with the longest expected way to the end of the run.
    CRITICAL_PATH,
    /// The one with the most expected tokens.
    LARGEST_FIRST,
    /// The one with the fewest expected tokens.
    SMALLEST_FIRST
  }

  private static final int MAX_PARALLELISM = 100_000;

  /// 16 steps at a time, no other limit, fail fast, sync.
  public static final RunPolicy DEFAULT =
      new RunPolicy(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          16,
          OptionalDouble.empty(),
          FailureMode.FAIL_FAST,
          OptionalDouble.empty(),
          Budget.UNLIMITED,
          ContextPolicy.NONE,
          Durability.SYNC,
          Mode.EVENT,
          Order.CRITICAL_PATH);

  public RunPolicy {
    timeout.ifPresent(each -> Durations.check("timeout", each));
    stepTimeout.ifPresent(each -> Durations.check("step timeout", each));
    stageTimeout.ifPresent(each -> Durations.check("stage timeout", each));
    if (maxParallelism < 1 || maxParallelism > MAX_PARALLELISM) {
      throw invalid("max_parallelism must be 1 to " + MAX_PARALLELISM);
    }
    if (maxTasksPerSecond.isPresent()
        && !(maxTasksPerSecond.getAsDouble() > 0 && maxTasksPerSecond.getAsDouble() <= 1e6)) {
      throw invalid("max_tasks_per_second must be more than 0 and at most a million");
    }
    if (failureThreshold.isPresent()
        && !(failureThreshold.getAsDouble() >= 0 && failureThreshold.getAsDouble() <= 1)) {
      throw invalid("failure_threshold must be a fraction from 0 to 1");
    }
  }

  /// As it was stored; earlier versions knew one order.
  @JsonCreator
  static RunPolicy stored(
      @JsonProperty("timeout") Optional<Duration> timeout,
      @JsonProperty("stepTimeout") Optional<Duration> stepTimeout,
      @JsonProperty("stageTimeout") Optional<Duration> stageTimeout,
      @JsonProperty("maxParallelism") int maxParallelism,
      @JsonProperty("maxTasksPerSecond") OptionalDouble maxTasksPerSecond,
      @JsonProperty("failureMode") FailureMode failureMode,
      @JsonProperty("failureThreshold") OptionalDouble failureThreshold,
      @JsonProperty("budget") Budget budget,
      @JsonProperty("context") ContextPolicy context,
      @JsonProperty("durability") Durability durability,
      @JsonProperty("mode") Mode mode,
      @JsonProperty("order") @Nullable Order order) {
    return new RunPolicy(
        timeout,
        stepTimeout,
        stageTimeout,
        maxParallelism,
        maxTasksPerSecond,
        failureMode,
        failureThreshold,
        budget,
        context,
        durability,
        mode,
        order == null ? Order.CRITICAL_PATH : order);
  }

  /// The same with a limit on the whole run.
  public RunPolicy withTimeout(Duration limit) {
    return with(draft -> draft.timeout = Optional.of(limit));
  }

  /// The same with a limit on one attempt of a step that has none of its own.
  public RunPolicy withStepTimeout(Duration limit) {
    return with(draft -> draft.stepTimeout = Optional.of(limit));
  }

  /// The same with other steps at a time.
  public RunPolicy withMaxParallelism(int most) {
    return with(draft -> draft.maxParallelism = most);
  }

  /// The same with so many starts of steps in any second.
  public RunPolicy withMaxTasksPerSecond(double most) {
    return with(draft -> draft.maxTasksPerSecond = OptionalDouble.of(most));
  }

  /// The same, with failures taken in another way.
  public RunPolicy withFailureMode(FailureMode other) {
    return with(draft -> draft.failureMode = other);
  }

  /// The same, which starts nothing more once this fraction, 0 to 1, has failed.
  public RunPolicy withFailureThreshold(double fraction) {
    return with(draft -> draft.failureThreshold = OptionalDouble.of(fraction));
  }

  /// The same, which may use something else.
  public RunPolicy withBudget(Budget other) {
    return with(draft -> draft.budget = other);
  }

  /// The same, whose steps are told of others' results in another way.
  public RunPolicy withContext(ContextPolicy other) {
    return with(draft -> draft.context = other);
  }

  /// The same, kept in another way.
  public RunPolicy withDurability(Durability other) {
    return with(draft -> draft.durability = other);
  }

  /// The same, whose steps start at other moments.
  public RunPolicy withMode(Mode other) {
    return with(draft -> draft.mode = other);
  }

  /// The same, whose steps go in another order.
  public RunPolicy withOrder(Order other) {
    return with(draft -> draft.order = other);
  }

  private RunPolicy with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.policy();
  }

  private static InvalidPlanException invalid(String message) {
    return InvalidPlanException.of(PlanError.Code.INVALID_INPUT, message);
  }

  /// What a policy is made of, to change a part of it.
  private static final class Draft {
    private Optional<Duration> timeout;
    private Optional<Duration> stepTimeout;
    private final Optional<Duration> stageTimeout;
    private int maxParallelism;
    private OptionalDouble maxTasksPerSecond;
    private FailureMode failureMode;
    private OptionalDouble failureThreshold;
    private Budget budget;
    private ContextPolicy context;
    private Durability durability;
    private Mode mode;
    private Order order;

    Draft(RunPolicy policy) {
      timeout = policy.timeout;
      stepTimeout = policy.stepTimeout;
      stageTimeout = policy.stageTimeout;
      maxParallelism = policy.maxParallelism;
      maxTasksPerSecond = policy.maxTasksPerSecond;
      failureMode = policy.failureMode;
      failureThreshold = policy.failureThreshold;
      budget = policy.budget;
      context = policy.context;
      durability = policy.durability;
      mode = policy.mode;
      order = policy.order;
    }

    RunPolicy policy() {
      return new RunPolicy(
          timeout,
          stepTimeout,
          stageTimeout,
          maxParallelism,
          maxTasksPerSecond,
          failureMode,
          failureThreshold,
          budget,
          context,
          durability,
          mode,
          order);
    }
  }
}
