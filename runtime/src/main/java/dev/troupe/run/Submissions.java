package dev.troupe.run;

import dev.troupe.plan.Body;
import dev.troupe.plan.Budget;
import dev.troupe.plan.InvalidPlanException;
import dev.troupe.plan.ModelRef;
import dev.troupe.plan.Plan;
import dev.troupe.plan.PlanError;
import dev.troupe.plan.PlanLimits;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepKind;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a run begins, and how its plan grows.
final class Submissions {

  private Submissions() {}

  static Optional<RunRefusal> submit(Decision decision, RunCommand.Submit submit) {
    if (decision.run().isSubmitted()) {
      return RunDecisions.refused(
          RunRefusal.Code.RUN_EXISTS, "there is a run \"" + decision.run().id() + "\" already");
    }
    if (submit.plan().isEmpty() && !submit.isOpen()) {
      return RunDecisions.refused(RunRefusal.Code.INVALID_PLAN, "the run has no steps");
    }
    Budget budget = submit.policy().budget();
    Prices prices = decision.prices();
    if (budget.micros().isPresent()
        && !prices.models().isEmpty()
        && !budget.currency().equals(prices.currency())) {
      return RunDecisions.refused(
          RunRefusal.Code.CURRENCY_MISMATCH,
          "prices are in " + prices.currency() + ": give the budget in that currency");
    }
    List<Step> steps = submit.plan().map(Submissions::ordered).orElse(List.of());
    Map<String, String> models = new HashMap<>();
    Optional<RunRefusal> unknown =
        models(steps, decision.models(), budget, models)
            .or(() -> ofPlanning(submit, decision.models(), models));
    if (unknown.isPresent()) {
      return unknown;
    }
    decision.emit(
        new RunEvent.Submitted(
            submit.run(),
            steps,
            submit.policy(),
            submit.inputs(),
            submit.memory(),
            models,
            submit.metadata(),
            submit.carried(),
            submit.isOpen(),
            submit.isPaused()));
    submit.webhook().ifPresent(webhook -> decision.emit(new RunEvent.WebhookSet(webhook)));
    submit.planning().ifPresent(planning -> decision.emit(new RunEvent.PlanBegun(planning)));
    return Optional.empty();
  }

  /// Models that are asked later are settled, or refused, now.
  private static Optional<RunRefusal> ofPlanning(
      RunCommand.Submit submit, ModelCatalogue there, Map<String, String> roles) {
    if (submit.planning().isEmpty()) {
      return Optional.empty();
    }
    Planning planning = submit.planning().get();
    Budget budget = submit.policy().budget();
    Optional<RunRefusal> unknown = models(planning.steps(), there, budget, roles);
    for (ModelRef asked : planning.models()) {
      unknown = unknown.or(() -> model("the planning of the run", asked, there, budget, roles));
    }
    return unknown;
  }

  /// Adds the last steps of an open run.
  static Optional<RunRefusal> complete(Decision decision, RunCommand.CompletePlan complete) {
    Optional<RunRefusal> refusal = add(decision, new RunCommand.AddSteps(complete.steps()));
    if (refusal.isEmpty()) {
      decision.emit(new RunEvent.Noted(complete.about(), complete.note()));
      refusal = seal(decision);
    }
    return refusal;
  }

  static Optional<RunRefusal> add(Decision decision, RunCommand.AddSteps add) {
    Run run = decision.run();
    if (run.isStopping()) {
      return stopping();
    }
    if (add.steps().isEmpty()) {
      return RunDecisions.refused(RunRefusal.Code.INVALID_PLAN, "there are no steps to add");
    }
    Plan grown;
    try {
      grown =
          run.plan().isPresent()
              ? run.plan().get().with(add.steps(), _ -> false, PlanLimits.DEFAULT)
              : Plan.of(add.steps());
    } catch (InvalidPlanException invalid) {
      return Optional.of(refusal(invalid.error()));
    }
    List<Step> bound =
        add.steps().stream().map(step -> grown.step(step.id()).orElseThrow()).toList();
    Map<String, String> models = new HashMap<>();
    ModelCatalogue there = decision.models().cast(run.memory().cast());
    Optional<RunRefusal> unknown = models(bound, there, run.budgets().limit(), models);
    if (unknown.isPresent()) {
      return unknown;
    }
    if (run.resources().isFull()) {
      decision.emit(new RunEvent.GraphResumed());
    }
    decision.emit(new RunEvent.StepsAdded(bound, models));
    return Optional.empty();
  }

  /// Refuses steps for which there is no room, which the run tells once; not of those that never fit.
  static Optional<RunRefusal> turnAway(Decision decision, RunRefusal refusal) {
    if (refusal.code() == RunRefusal.Code.GRAPH_FULL && !decision.run().resources().isFull()) {
      decision.emit(new RunEvent.GraphFull());
    }
    return Optional.of(refusal);
  }

  static Optional<RunRefusal> seal(Decision decision) {
    if (decision.run().isOpen()) {
      decision.emit(new RunEvent.Sealed());
    }
    return Optional.empty();
  }

  static Optional<RunRefusal> stopping() {
    return RunDecisions.refused(
        RunRefusal.Code.RUN_STOPPING, "the run is about to end and starts nothing more");
  }

  private static List<Step> ordered(Plan plan) {
    return plan.topological().stream().map(id -> plan.step(id).orElseThrow()).toList();
  }

  /// @param roles takes the model of each role that is named
  private static Optional<RunRefusal> models(
      Collection<Step> steps, ModelCatalogue there, Budget budget, Map<String, String> roles) {
    for (Step step : steps) {
      if (step.kind() instanceof StepKind.Llm llm) {
        Optional<RunRefusal> unknown =
            model("step \"" + step.id() + "\"", llm.model(), there, budget, roles);
        if (unknown.isPresent()) {
          return unknown;
        }
      }
      for (Body body : step.kind().bodies().values()) {
        Optional<RunRefusal> unknown = models(body.steps(), there, budget, roles);
        if (unknown.isPresent()) {
          return unknown;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<RunRefusal> model(
      String who, ModelRef asked, ModelCatalogue there, Budget budget, Map<String, String> roles) {
    Optional<String> name = there.model(asked);
    if (name.isEmpty()) {
      return RunDecisions.refused(
          RunRefusal.Code.MODEL_UNKNOWN,
          who + " asks for " + asked + ", and no engine serves such a model");
    }
    boolean arePriced = !there.prices().models().isEmpty();
    if (budget.micros().isPresent() && arePriced && there.prices().price(name.get()).isEmpty()) {
      return RunDecisions.refused(
          RunRefusal.Code.MODEL_UNKNOWN,
          who
              + " asks for "
              + name.get()
              + ", which has no price: a run with a budget of money needs one");
    }
    if (asked instanceof ModelRef.InRole role) {
      roles.put(role.role(), name.get());
    }
    return Optional.empty();
  }

  private static RunRefusal refusal(PlanError error) {
    RunRefusal.Code code =
        switch (error.code()) {
          case DAG_CYCLE -> RunRefusal.Code.DAG_CYCLE;
          case DEP_NOT_FOUND -> RunRefusal.Code.DEP_NOT_FOUND;
          case MODEL_UNKNOWN -> RunRefusal.Code.MODEL_UNKNOWN;
          case TOO_LARGE -> RunRefusal.Code.TOO_LARGE;
          case INVALID_INPUT, UNKNOWN_KEY -> RunRefusal.Code.INVALID_INPUT;
          case DAG_INVALID, TOOL_NOT_FOUND -> RunRefusal.Code.INVALID_PLAN;
        };
    return new RunRefusal(code, error.line());
  }
}
