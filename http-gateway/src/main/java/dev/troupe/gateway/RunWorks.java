package dev.troupe.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.CatalogCheck;
import dev.troupe.plan.DependencyAnalysis;
import dev.troupe.plan.InvalidPlanException;
import dev.troupe.plan.ModelRef;
import dev.troupe.plan.Outline;
import dev.troupe.plan.Plan;
import dev.troupe.plan.PlanError;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.Submission;
import dev.troupe.plan.ToolCatalog;
import dev.troupe.run.LlmCompiler;
import dev.troupe.run.ModelCatalogue;
import dev.troupe.run.Planning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes of the work that a client asks for what a run begins with. What would be refused later, when a plan
/// goes on, is refused here.
final class RunWorks {

  private static final ModelRef USUAL_MODEL = new ModelRef.InRole("balanced");

  private final ToolCatalog tools;
  private final ModelCatalogue models;

  /// @param tools that plans may name
  /// @param models that they may ask for
  RunWorks(ToolCatalog tools, ModelCatalogue models) {
    this.tools = tools;
    this.models = models;
  }

  /// What a run begins with.
  ///
  /// @param plan its first steps; none where it comes to them by itself
  /// @param carried results that are there already
  /// @param planning how it comes to its other steps
  record RunWork(Optional<Plan> plan, Map<StepId, JsonNode> carried, Optional<Planning> planning) {

    private static RunWork of(Plan plan) {
      return new RunWork(Optional.of(plan), Map.of(), Optional.empty());
    }
  }

  /// @throws InvalidPlanException if a run could not do it
  RunWork of(Submission submission) {
    return switch (submission.work()) {
      case Submission.Planned(var plan, var joining) ->
          joining
              .map(asked -> joined(checked(plan), asked))
              .orElseGet(() -> RunWork.of(checked(plan)));
      case Submission.Outlined outlined -> outlined(outlined, submission.analysis());
      case Submission.Compiled compiled -> compiled(compiled);
    };
  }

  private RunWork outlined(Submission.Outlined work, Submission.Analysis analysis) {
    var steps = CatalogCheck.checked(work.steps(), tools, this::isThere);
    check(work.outline(), steps, analysis);
    return new RunWork(
        Optional.empty(),
        Map.of(),
        Optional.of(new Planning.Analysed(work.outline(), steps, analysis)));
  }

  /// @throws InvalidPlanException if what the author says of dependencies cannot be followed
  static void check(Outline outline, List<Step> steps, Submission.Analysis analysis) {
    boolean asks = DependencyAnalysis.asks(outline, analysis.strategy());
    var likely = DependencyAnalysis.of(outline, asks ? analysis.fallback() : analysis.strategy());
    Plan.of(likely.applied(steps));
  }

  /// A plan that is there, and a question to be answered from its results.
  private RunWork joined(Plan plan, Submission.Joining joining) {
    plan.forEach(step -> {
      if (LlmCompiler.isReserved(step.id())) {
        throw InvalidPlanException.of(
            PlanError.Code.INVALID_INPUT,
            "\"" + step.id() + "\" is what a step of the answer is called");
      }
    });
    var known = tools.tools();
    var planning =
        new Planning.Compiled(
            joining.query(),
            USUAL_MODEL,
            USUAL_MODEL,
            known,
            "",
            known.isEmpty() ? 0 : joining.maxReplans());
    return begun(planning, plan);
  }

  private RunWork compiled(Submission.Compiled work) {
    var planning =
        new Planning.Compiled(
            work.joining().query(),
            work.planner(),
            work.joiner(),
            work.tools(),
            work.examples(),
            work.tools().isEmpty() ? 0 : work.joining().maxReplans());
    return work.plan()
        .map(plan -> begun(planning, checked(plan)))
        .orElseGet(() -> new RunWork(Optional.empty(), Map.of(), Optional.of(planning)));
  }

  /// The first plan counts as written.
  private static RunWork begun(Planning.Compiled planning, Plan plan) {
    var planner = new LlmCompiler(planning).planner();
    List<Step> all = new ArrayList<>(plan.steps());
    all.add(planner);
    return new RunWork(
        Optional.of(Plan.of(all)),
        Map.of(planner.id(), TextNode.valueOf("")),
        Optional.of(planning));
  }

  private Plan checked(Plan plan) {
    var steps = plan.steps();
    var known = CatalogCheck.checked(steps, tools, this::isThere);
    return known.equals(steps) ? plan : Plan.of(known);
  }

  private boolean isThere(ModelRef model) {
    return models.model(model).isPresent();
  }
}
