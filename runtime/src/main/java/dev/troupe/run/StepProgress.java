package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How far one step is. Written by [StepTable] alone, as events are applied.
final class StepProgress {

  /// What a retry takes off a step's priority.
  private static final int RETRY_PENALTY = 5;

  final Step step;

  /// The step in whose body this one is; none for a step of the plan itself.
  final @Nullable StepProgress container;

  /// The instance of that body.
  final String instance;

  /// Steps on the longest way to it; that of its container where it has one.
  int level;

  final long expectedMillis;
  final long expectedTokens;
  final List<StepProgress> dependents = new ArrayList<>(1);

  StepState state = StepState.PENDING;

  /// Dependencies that have not ended.
  int unmet;

  /// Expected time from its start to the end of the run.
  long criticalMillis;

  /// Calls that it is still to begin, without those of steps inside it; see [CallsAhead].
  long callsAhead;

  int attempt;

  /// Attempts that failed and were made again, since the last reset.
  int retries;

  boolean isAwaitingRetry;
  boolean isHeld;
  long readyAtMillis;
  long startedAtMillis;
  long endedAtMillis;
  long queuedMillis;
  long ranMillis;

  /// The place of its end among all events.
  long endedBy;

  @Nullable JsonNode result;
  @Nullable StepError error;
  Consumption used = Consumption.NONE;
  long micros;
  Reservation reserved = Reservation.NONE;
  @Nullable Timer timer;
  @Nullable Instances instances;

  StepProgress(Step step, @Nullable StepProgress container, String instance, long expectedMillis) {
    this.step = step;
    this.container = container;
    this.instance = instance;
    this.expectedMillis = expectedMillis;
    this.expectedTokens = ExpectedTokens.of(step);
  }

  StepId id() {
    return step.id();
  }

  /// Of its bodies, once it has started.
  Instances instances() {
    if (instances == null) {
      throw new IllegalStateException(id() + " has no bodies running");
    }
    return instances;
  }

  /// Why it has no result.
  StepError failure() {
    return error == null ? StepError.skipped("it has no result") : error;
  }

  int priority() {
    return step.policy().priority() - RETRY_PENALTY * retries;
  }

  /// Whether somebody outside the run does it.
  boolean isWork() {
    return switch (step.kind()) {
      case StepKind.Llm _, StepKind.HttpTool _, StepKind.Function _, StepKind.SubRun _ -> true;
      case StepKind.MapOver _,
          StepKind.Condition _,
          StepKind.Loop _,
          StepKind.Wait _,
          StepKind.Approval _,
          StepKind.Join _ ->
          false;
    };
  }

  /// Whether it counts among what its tenant may do. A run inside is no work itself: if it counted, it could
  /// keep its own steps from starting.
  boolean isMetered() {
    return isWork() && !(step.kind() instanceof StepKind.SubRun);
  }

  /// Whether what it does is done by steps inside it.
  boolean isContainer() {
    return step.kind() instanceof StepKind.MapOver
        || step.kind() instanceof StepKind.Condition
        || step.kind() instanceof StepKind.Loop;
  }

  boolean isOptional() {
    return step.policy().optional();
  }
}
