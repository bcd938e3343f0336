package dev.troupe.run;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.troupe.plan.Budget;
import dev.troupe.plan.Plan;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.Submission;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Something that is asked of a run, or reported to it. What clients ask for crosses nodes; what the run's
/// own actor reports does not.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "command")
@JsonSubTypes({
  @JsonSubTypes.Type(value = RunCommand.Submit.class, name = "submit"),
  @JsonSubTypes.Type(value = RunCommand.AddSteps.class, name = "add_steps"),
  @JsonSubTypes.Type(value = RunCommand.CompletePlan.class, name = "complete_plan"),
  @JsonSubTypes.Type(value = RunCommand.Note.class, name = "note"),
  @JsonSubTypes.Type(value = RunCommand.Seal.class, name = "seal"),
  @JsonSubTypes.Type(value = RunCommand.Abort.class, name = "abort"),
  @JsonSubTypes.Type(value = RunCommand.Pause.class, name = "pause"),
  @JsonSubTypes.Type(value = RunCommand.Resume.class, name = "resume"),
  @JsonSubTypes.Type(value = RunCommand.RetryStep.class, name = "retry_step"),
  @JsonSubTypes.Type(value = RunCommand.RetryFailed.class, name = "retry_failed"),
  @JsonSubTypes.Type(value = RunCommand.SkipStep.class, name = "skip_step"),
  @JsonSubTypes.Type(value = RunCommand.Approve.class, name = "approve"),
  @JsonSubTypes.Type(value = RunCommand.Signal.class, name = "signal"),
  @JsonSubTypes.Type(value = RunCommand.Remember.class, name = "remember"),
  @JsonSubTypes.Type(value = RunCommand.RaiseBudget.class, name = "raise_budget")
})
public sealed interface RunCommand {

  /// Begin.
  ///
  /// @param plan none only where the run is open
  /// @param inputs what `$input` means in the plan; null JSON where nothing
  /// @param memory what the run's memory holds at first
  /// @param carried results of an earlier run, by step: these are not run again
  /// @param isOpen whether more steps are to come, see [Seal]
  /// @param isPaused whether to begin paused
  /// @param planning how the run, which must be open, comes to its steps
  /// @param webhook who is told of its events
  record Submit(
      RunId run,
      Optional<Plan> plan,
      RunPolicy policy,
      JsonNode inputs,
      Map<String, JsonNode> memory,
      Map<String, JsonNode> metadata,
      Map<StepId, JsonNode> carried,
      boolean isOpen,
      boolean isPaused,
      Optional<Planning> planning,
      Optional<Submission.Webhook> webhook)
      implements RunCommand {
    public Submit {
      memory = Map.copyOf(memory);
      metadata = Map.copyOf(metadata);
      carried = Map.copyOf(carried);
    }

    /// A plan that is known whole.
    public static Submit of(RunId run, Plan plan, RunPolicy policy) {
      return with(run, Optional.of(plan), policy, false);
    }

    /// A run whose steps are to come.
    public static Submit open(RunId run, RunPolicy policy) {
      return with(run, Optional.empty(), policy, true);
    }

    private static Submit with(RunId run, Optional<Plan> plan, RunPolicy policy, boolean isOpen) {
      return new Submit(
          run,
          plan,
          policy,
          NullNode.instance,
          Map.of(),
          Map.of(),
          Map.of(),
          isOpen,
          false,
          Optional.empty(),
          Optional.empty());
    }

    /// The same as a run of another name.
    Submit as(RunId other) {
      return with(draft -> draft.run = other);
    }

    /// The same with these steps at first. If it is open, more are to come.
    public Submit withPlan(Optional<Plan> other) {
      return with(draft -> draft.plan = other);
    }

    /// The same with what `$input` means.
    public Submit withInputs(JsonNode other) {
      return with(draft -> draft.inputs = other);
    }

    /// The same with something to remember.
    public Submit withMemory(Map<String, JsonNode> other) {
      return with(draft -> draft.memory = other);
    }

    /// The same with other metadata.
    public Submit withMetadata(Map<String, JsonNode> other) {
      return with(draft -> draft.metadata = other);
    }

    /// The same with results that are there already.
    public Submit withCarried(Map<StepId, JsonNode> other) {
      return with(draft -> draft.carried = other);
    }

    /// The same, which begins paused.
    public Submit paused() {
      return with(draft -> draft.isPaused = true);
    }

    /// The same, open or not.
    public Submit withOpen(boolean isOpen) {
      return with(draft -> draft.isOpen = isOpen);
    }

    /// The same, which comes to its steps in this way.
    public Submit withPlanning(Optional<Planning> other) {
      return with(draft -> draft.planning = other);
    }

    /// The same with others to be told of its events.
    public Submit withWebhook(Optional<Submission.Webhook> other) {
      return with(draft -> draft.webhook = other);
    }

    private Submit with(Consumer<Draft> change) {
      var draft = new Draft(this);
      change.accept(draft);
      return draft.submit();
    }

    /// What a submission is made of, to change a part of it.
    private static final class Draft {
      private RunId run;
      private Optional<Plan> plan;
      private final RunPolicy policy;
      private JsonNode inputs;
      private Map<String, JsonNode> memory;
      private Map<String, JsonNode> metadata;
      private Map<StepId, JsonNode> carried;
      private boolean isOpen;
      private boolean isPaused;
      private Optional<Planning> planning;
      private Optional<Submission.Webhook> webhook;

      Draft(Submit submit) {
        run = submit.run;
        plan = submit.plan;
        policy = submit.policy;
        inputs = submit.inputs;
        memory = submit.memory;
        metadata = submit.metadata;
        carried = submit.carried;
        isOpen = submit.isOpen;
        isPaused = submit.isPaused;
        planning = submit.planning;
        webhook = submit.webhook;
      }

      Submit submit() {
        return new Submit(
            run, plan, policy, inputs, memory, metadata, carried, isOpen, isPaused, planning,
            webhook);
      }
    }
  }

  /// Add steps; they may depend on any step there is, ended ones among them.
  record AddSteps(List<Step> steps) implements RunCommand {
    public AddSteps {
      steps = List.copyOf(steps);
    }
  }

  /// Steps that were to be added found no room on the node.
  ///
  /// @param refusal what whoever sent them is told
  record TurnAway(RunRefusal refusal) implements RunCommand {}

  /// These, and those there are, are all the steps of an open run.
  ///
  /// @param about the subject of a note on how they were found
  record CompletePlan(List<Step> steps, String about, JsonNode note) implements RunCommand {
    public CompletePlan {
      steps = List.copyOf(steps);
    }
  }

  /// Keep a note for those who look at the run. Takes the place of the one on the same subject.
  record Note(String about, JsonNode note) implements RunCommand {}

  /// An open run has all its steps now.
  record Seal() implements RunCommand {}

  /// What came of an attempt.
  record StepOutcome(StepId step, int attempt, Ended ended) implements RunCommand {}

  /// An attempt that nobody has begun is not made, as the run is about to go on elsewhere.
  record StepReturned(StepId step, int attempt) implements RunCommand {}

  /// The end of an attempt.
  sealed interface Ended {
    Consumption used();
  }

  record Finished(JsonNode result, Consumption used) implements Ended {}

  record Failed(StepError error, Consumption used) implements Ended {}

  /// Time has passed: what is due is done.
  record Tick() implements RunCommand {}

  /// End soon: running steps are cancelled. Asked again, it does nothing.
  record Abort(String reason) implements RunCommand {}

  /// Start nothing more. Asked again, it does nothing.
  record Pause() implements RunCommand {}

  record Resume() implements RunCommand {}

  /// Run a failed step again, and what was skipped for it. Nothing that depends on it may have started.
  record RetryStep(StepId step) implements RunCommand {}

  /// Run again every failed step that [RetryStep] could.
  record RetryFailed() implements RunCommand {}

  /// Do without an optional step that has not started, or that failed.
  record SkipStep(StepId step) implements RunCommand {}

  /// A person's answer to an approval step.
  ///
  /// @param by who, as the gateway knows it
  record Approve(StepId step, boolean isApproved, String by, String comment)
      implements RunCommand {}

  /// A value under a name. It ends the wait step of that id, now or when that starts.
  record Signal(String name, JsonNode payload) implements RunCommand {}

  /// Keep a value for all steps that start from now on.
  ///
  /// @param value none: forget it
  record Remember(String key, Optional<JsonNode> value) implements RunCommand {}

  /// Allow more than before, in the same currency.
  record RaiseBudget(Budget budget) implements RunCommand {}

  /// The run was rebuilt from its events: go on. Steps that had started are asked for again or failed, as
  /// each one's [dev.troupe.plan.Repeat] says.
  ///
  /// @param stillRunning steps known to be running on
  record Recover(Set<StepId> stillRunning) implements RunCommand {
    public Recover {
      stillRunning = Set.copyOf(stillRunning);
    }
  }
}
