package dev.troupe.run;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.plan.Budget;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.Submission;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/// Something that has happened in a run. A run's state is what its events, applied in order, make of it.
///
/// Stored as JSON or CBOR: what a later version adds is optional, and what it leaves out is not required.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
  @JsonSubTypes.Type(value = RunEvent.Submitted.class, name = "submitted"),
  @JsonSubTypes.Type(value = RunEvent.WebhookSet.class, name = "webhook_set"),
  @JsonSubTypes.Type(value = RunEvent.PlanBegun.class, name = "plan_begun"),
  @JsonSubTypes.Type(value = RunEvent.Noted.class, name = "noted"),
  @JsonSubTypes.Type(value = RunEvent.StepsAdded.class, name = "steps_added"),
  @JsonSubTypes.Type(value = RunEvent.GraphFull.class, name = "graph_full"),
  @JsonSubTypes.Type(value = RunEvent.GraphResumed.class, name = "graph_resumed"),
  @JsonSubTypes.Type(value = RunEvent.Sealed.class, name = "sealed"),
  @JsonSubTypes.Type(value = RunEvent.StageStarted.class, name = "stage_started"),
  @JsonSubTypes.Type(value = RunEvent.StageEnded.class, name = "stage_ended"),
  @JsonSubTypes.Type(value = RunEvent.StepStarted.class, name = "step_started"),
  @JsonSubTypes.Type(value = RunEvent.BodyStarted.class, name = "body_started"),
  @JsonSubTypes.Type(value = RunEvent.ItemsStarted.class, name = "items_started"),
  @JsonSubTypes.Type(value = RunEvent.BodyEnded.class, name = "body_ended"),
  @JsonSubTypes.Type(value = RunEvent.RetryScheduled.class, name = "retry_scheduled"),
  @JsonSubTypes.Type(value = RunEvent.RetryDue.class, name = "retry_due"),
  @JsonSubTypes.Type(value = RunEvent.StepFinished.class, name = "step_finished"),
  @JsonSubTypes.Type(value = RunEvent.StepFailed.class, name = "step_failed"),
  @JsonSubTypes.Type(value = RunEvent.StepsSkipped.class, name = "steps_skipped"),
  @JsonSubTypes.Type(value = RunEvent.StepsReset.class, name = "steps_reset"),
  @JsonSubTypes.Type(value = RunEvent.Paused.class, name = "paused"),
  @JsonSubTypes.Type(value = RunEvent.Resumed.class, name = "resumed"),
  @JsonSubTypes.Type(value = RunEvent.Signalled.class, name = "signalled"),
  @JsonSubTypes.Type(value = RunEvent.Remembered.class, name = "remembered"),
  @JsonSubTypes.Type(value = RunEvent.Forgotten.class, name = "forgotten"),
  @JsonSubTypes.Type(value = RunEvent.BudgetWarned.class, name = "budget_warned"),
  @JsonSubTypes.Type(value = RunEvent.BudgetRaised.class, name = "budget_raised"),
  @JsonSubTypes.Type(value = RunEvent.AbortRequested.class, name = "abort_requested"),
  @JsonSubTypes.Type(value = RunEvent.Stopping.class, name = "stopping"),
  @JsonSubTypes.Type(value = RunEvent.RunEnded.class, name = "run_ended")
})
public sealed interface RunEvent {

  /// The names of all kinds of events, as on the wire: `run_ended`.
  static Set<String> names() {
    return Arrays.stream(RunEvent.class.getAnnotation(JsonSubTypes.class).value())
        .map(JsonSubTypes.Type::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /// The run exists.
  ///
  /// @param steps of the plan, each depending on all it refers to
  /// @param inputs what `$input` means in the plan: an object, null where nothing
  /// @param memory what the run's memory holds at first
  /// @param models the model of each role that the plan names
  /// @param carried results of an earlier run; steps of these ids count as completed
  /// @param isOpen whether the run goes on when all steps have ended, as more are to be added
  /// @param isPaused whether it starts paused
  record Submitted(
      RunId run,
      List<Step> steps,
      RunPolicy policy,
      JsonNode inputs,
      Map<String, JsonNode> memory,
      Map<String, String> models,
      Map<String, JsonNode> metadata,
      Map<StepId, JsonNode> carried,
      boolean isOpen,
      boolean isPaused)
      implements RunEvent {
    public Submitted {
      steps = List.copyOf(steps);
      memory = Map.copyOf(memory);
      models = Map.copyOf(models);
      metadata = Map.copyOf(metadata);
      carried = Map.copyOf(carried);
    }
  }

  /// Somebody is to be told of the run's events.
  record WebhookSet(Submission.Webhook webhook) implements RunEvent {}

  /// The run will come to its steps so.
  record PlanBegun(Planning planning) implements RunEvent {}

  /// There is something to know about the run, for those who look at it.
  record Noted(String about, JsonNode note) implements RunEvent {}

  /// The plan has more steps.
  ///
  /// @param models of the roles that they name and the plan did not yet
  record StepsAdded(List<Step> steps, Map<String, String> models) implements RunEvent {
    public StepsAdded {
      steps = List.copyOf(steps);
      models = Map.copyOf(models);
    }
  }

  /// Steps were refused for want of room on the run's node; whoever sent them has to send them again.
  record GraphFull() implements RunEvent {}

  /// Steps are taken again.
  record GraphResumed() implements RunEvent {}

  /// No more steps are to be added from outside: the run ends with those it has.
  record Sealed() implements RunEvent {}

  /// In batched mode: the steps of a stage may start.
  record StageStarted(int stage) implements RunEvent {}

  /// In batched mode: all steps of a stage have ended.
  record StageEnded(int stage) implements RunEvent {}

  /// An attempt of a step has started.
  ///
  /// @param attempt from 1
  /// @param wakeAtMillis when the run looks after it: the end of a wait, the limit of an attempt
  /// @param bound what its body sees: the items of a map; null JSON for others
  record StepStarted(
      StepId step, int attempt, Reservation reserved, OptionalLong wakeAtMillis, JsonNode bound)
      implements RunEvent {}

  /// An instance of the body of a condition or loop was made, its steps added.
  record BodyStarted(StepId step, String instance) implements RunEvent {}

  /// Instances of the body of a map were made.
  ///
  /// @param from index of the first item
  /// @param until index after the last
  record ItemsStarted(StepId step, int from, int until) implements RunEvent {}

  /// The bodies of a map, condition or loop are done, and so is the step: its result is theirs.
  record BodyEnded(StepId step) implements RunEvent {}

  /// An attempt failed; there will be another.
  ///
  /// @param cost of the attempt that failed
  record RetryScheduled(
      StepId step, int attempt, StepError error, Consumption used, long micros, long dueAtMillis)
      implements RunEvent {}

  /// The pause before a retry is over.
  record RetryDue(StepId step) implements RunEvent {}

  /// A step has completed.
  ///
  /// @param micros what it cost, in millionths of the run's currency
  record StepFinished(StepId step, JsonNode result, Consumption used, long micros)
      implements RunEvent {}

  /// A step has failed for good.
  ///
  /// @param isHeld whether its dependents wait for the common retry of `retry_all`
  record StepFailed(StepId step, StepError error, Consumption used, long micros, boolean isHeld)
      implements RunEvent {}

  /// Steps will not run.
  ///
  /// @param error what their dependents see in the place of a result
  record StepsSkipped(List<StepId> steps, StepError error) implements RunEvent {
    public StepsSkipped {
      steps = List.copyOf(steps);
    }
  }

  /// Failed and skipped steps are to run as if they never had.
  ///
  /// @param isRound whether it is the common retry of `retry_all`
  record StepsReset(List<StepId> steps, boolean isRound) implements RunEvent {
    public StepsReset {
      steps = List.copyOf(steps);
    }
  }

  /// Nothing is started until [Resumed].
  record Paused() implements RunEvent {}

  record Resumed() implements RunEvent {}

  /// Somebody sent a value under a name.
  record Signalled(String name, JsonNode payload) implements RunEvent {}

  /// A value of the run's memory is there, or is another.
  record Remembered(String key, JsonNode value) implements RunEvent {}

  /// A value of the run's memory is not there any more.
  record Forgotten(String key) implements RunEvent {}

  /// Four fifths of a part of the budget are spent or set aside.
  record BudgetWarned(Budgets.Part part) implements RunEvent {}

  record BudgetRaised(Budget budget) implements RunEvent {}

  record AbortRequested(String reason) implements RunEvent {}

  /// Nothing more is started; the run ends as soon as what runs has ended.
  ///
  /// @param isCancelling whether running steps are cancelled, and waited for only for a while
  record Stopping(RunError error, boolean isCancelling, OptionalLong untilMillis)
      implements RunEvent {}

  /// Final. Steps that have not ended are skipped, or failed where they had started.
  record RunEnded(RunState state, Optional<RunError> error) implements RunEvent {}
}
