package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.Budget;
import dev.troupe.plan.Plan;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// New runs that begin with results of an old one, whatever state that is in.
public final class Forks {

  /// Where the metadata of a run name the one whose results it began with.
  private static final String ORIGIN = "forked_from";

  private Forks() {}

  /// A new run, or why there is none.
  public record Prepared(Optional<RunCommand.Submit> submit, Optional<RunRefusal> refusal) {

    private static Prepared refused(RunRefusal.Code code, String message) {
      return new Prepared(Optional.empty(), RunDecisions.refused(code, message));
    }

    /// It goes to the node of the new run, whichever that is.
    private static Prepared of(RunCommand.Submit submit) {
      if (Pages.ofValues(submit.carried()) > JsonSize.MOST_BYTES) {
        return refused(
            RunRefusal.Code.TOO_LARGE,
            "the results that it would begin with are larger than "
                + (JsonSize.MOST_BYTES >> 20)
                + " MiB");
      }
      return new Prepared(Optional.of(submit), Optional.empty());
    }
  }

  /// The same plan once more. From a step on, where one is named: that step, and all that needs it, is run
  /// again; every other step that completed is not. Else what is missing of a run that has ended: every
  /// step that completed is kept.
  ///
  /// @param id of the new run
  /// @param budget of the new run, where it is not to be that of the old one; it pays only for what is
  ///     run now
  public static Prepared prepare(
      Run run, RunId id, Optional<StepId> step, Optional<Budget> budget) {
    if (!run.isSubmitted()) {
      return Prepared.refused(RunRefusal.Code.RUN_NOT_FOUND, "there is no such run");
    }
    RunPolicy policy = budget.map(run.policy()::withBudget).orElse(run.policy());
    if (step.isPresent()) {
      StepProgress start = run.steps().find(step.get());
      if (start == null || start.container != null) {
        return Prepared.refused(
            RunRefusal.Code.TASK_NOT_FOUND,
            "there is no step \""
                + step.get()
                + "\" in the plan; a run is forked from one of those");
      }
      return Prepared.of(from(run, start, id, policy));
    }
    return run.state().isTerminal()
        ? Prepared.of(submission(run, id, policy, Set.of()))
        : Prepared.refused(
            RunRefusal.Code.RUN_NOT_ENDED,
            "the run is " + run.state().word() + ": only what has ended is missing something");
  }

  private static RunCommand.Submit from(Run run, StepProgress start, RunId id, RunPolicy policy) {
    Set<StepProgress> again = new HashSet<>(Set.of(start));
    gather(start, again);
    return submission(run, id, policy, again);
  }

  private static void gather(StepProgress step, Set<StepProgress> found) {
    Deque<StepProgress> open = new ArrayDeque<>(Set.of(step));
    while (!open.isEmpty()) {
      for (StepProgress dependent : open.removeFirst().dependents) {
        if (found.add(dependent)) {
          open.addLast(dependent);
        }
      }
    }
  }

  private static RunCommand.Submit submission(
      Run run, RunId id, RunPolicy policy, Set<StepProgress> again) {
    if (run.planning().filter(Planning.Compiled.class::isInstance).isPresent()) {
      return goingOn(run, id, policy, again);
    }
    if (run.isOpen() && run.planning().isPresent()) {
      return asSubmitted(run, id, policy);
    }
    return RunCommand.Submit.open(id, policy)
        .withOpen(run.isOpen())
        .withPlan(run.plan())
        .withInputs(run.start().inputs())
        .withMemory(run.memory().values())
        .withMetadata(metadata(run))
        .withCarried(carried(run, again))
        .withWebhook(run.webhook());
  }

  /// Of a plan that a model writes: it goes on from what was kept.
  private static RunCommand.Submit goingOn(
      Run run, RunId id, RunPolicy policy, Set<StepProgress> again) {
    List<Step> kept = WrittenPlan.kept(run, again);
    if (kept.isEmpty()) {
      return asSubmitted(run, id, policy);
    }
    Plan plan = Plan.of(kept);
    Map<StepId, JsonNode> carried = carried(run, again);
    carried.keySet().removeIf(step -> plan.step(outermost(run.steps().get(step)).id()).isEmpty());
    Map<String, JsonNode> memory = new HashMap<>(run.memory().values());
    memory.remove(LlmCompiler.ANSWER);
    return RunCommand.Submit.open(id, policy)
        .withPlan(Optional.of(plan))
        .withInputs(run.start().inputs())
        .withMemory(memory)
        .withMetadata(metadata(run))
        .withCarried(carried)
        .withPlanning(run.planning())
        .withWebhook(run.webhook());
  }

  /// The results that are not made again.
  private static Map<StepId, JsonNode> carried(Run run, Set<StepProgress> again) {
    Map<StepId, JsonNode> carried = new HashMap<>();
    for (StepProgress step : run.steps().all()) {
      if (step.state == StepState.COMPLETED
          && step.result != null
          && !again.contains(outermost(step))
          && !hasKeptContainer(step)) {
        carried.put(step.id(), step.result);
      }
    }
    return carried;
  }

  /// Of a plan that was not known whole, nothing but its beginning can be taken over.
  private static RunCommand.Submit asSubmitted(Run run, RunId id, RunPolicy policy) {
    RunEvent.Submitted start = run.start();
    return RunCommand.Submit.open(id, policy)
        .withOpen(start.isOpen())
        .withPlan(start.steps().isEmpty() ? Optional.empty() : Optional.of(Plan.of(start.steps())))
        .withInputs(start.inputs())
        .withMemory(start.memory())
        .withMetadata(metadata(run))
        .withCarried(start.carried())
        .withPlanning(run.planning())
        .withWebhook(run.webhook());
  }

  private static Map<String, JsonNode> metadata(Run run) {
    Map<String, JsonNode> metadata = new HashMap<>(run.metadata());
    metadata.put(ORIGIN, TextNode.valueOf(run.id().value()));
    return metadata;
  }

  private static StepProgress outermost(StepProgress step) {
    StepProgress at = step;
    for (StepProgress around = at.container; around != null; around = at.container) {
      at = around;
    }
    return at;
  }

  /// Whether the step around it completed: then that one's result is kept, and this one is not needed.
  private static boolean hasKeptContainer(StepProgress step) {
    StepProgress container = step.container;
    return container != null && container.state == StepState.COMPLETED;
  }
}
