package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.plan.StepId;
import java.util.List;
import java.util.Optional;

/// What clients see of a step.
///
/// @param kind such as `llm`
/// @param output its result, once completed
/// @param error of the last attempt that failed, or why it was skipped
/// @param waitsFor `approval`, `timer`, `retry`, `stage`, or empty
/// @param attempts started
/// @param readyAtMillis when it could have started; 0 if never. Wall-clock milliseconds, as all times here
/// @param queuedMillis from when it could start to its starts, all attempts together
/// @param ranMillis from starts to ends, all attempts together
/// @param micros what it cost, in millionths of the run's currency
/// @param criticalMillis expected time from its start to the end of the run
public record StepView(
    StepId id,
    String kind,
    StepState state,
    List<StepId> dependencies,
    Optional<JsonNode> output,
    Optional<StepError> error,
    String waitsFor,
    int attempts,
    long readyAtMillis,
    long startedAtMillis,
    long endedAtMillis,
    long queuedMillis,
    long ranMillis,
    Consumption used,
    long micros,
    long criticalMillis) {

  static StepView of(StepProgress step, long nowMillis) {
    boolean isRunning = step.state == StepState.RUNNING;
    boolean isReady = step.state == StepState.READY;
    return new StepView(
        step.id(),
        Kinds.word(step.step.kind()),
        step.state,
        step.step.dependencies(),
        step.state == StepState.COMPLETED ? Optional.ofNullable(step.result) : Optional.empty(),
        Optional.ofNullable(step.error),
        Kinds.waitsFor(step),
        step.attempt,
        step.readyAtMillis,
        step.startedAtMillis,
        step.endedAtMillis,
        step.queuedMillis + (isReady ? Math.max(0, nowMillis - step.readyAtMillis) : 0),
        step.ranMillis + (isRunning ? Math.max(0, nowMillis - step.startedAtMillis) : 0),
        step.used,
        step.micros,
        step.criticalMillis);
  }
}
