package dev.troupe.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// How plans come to be: what is checked, and what is derived.
final class Plans {

  private Plans() {}

  static Plan of(Collection<Step> steps, PlanLimits limits) {
    if (steps.isEmpty()) {
      throw InvalidPlanException.of(PlanError.Code.INVALID_INPUT, "a plan needs at least one step");
    }
    Scope.checkCount(steps.size(), limits);
    Graph declared = Graph.of(steps);
    checkDistinct(declared);
    return built(bound(declared, id -> declared.number(id) >= 0, limits), limits);
  }

  /// Of steps that were part of a plan before: nothing is checked that holds already.
  static Plan stored(Collection<Step> steps) {
    return built(Graph.of(steps));
  }

  static Plan with(Plan plan, Collection<Step> added, Predicate<StepId> ended, PlanLimits limits) {
    Scope.checkCount(plan.size() + (long) added.size(), limits);
    Graph declared = Graph.of(added);
    checkDistinct(declared);
    for (Step step : declared.steps()) {
      if (plan.contains(step.id()) || ended.test(step.id())) {
        throw new InvalidPlanException(taken(step.id()));
      }
    }
    Graph graph =
        bound(
            declared,
            id -> declared.number(id) >= 0 || plan.contains(id) || ended.test(id),
            limits);
    PlanSize size = plan.measured().plus(measured(graph));
    size.check(limits);
    graph.order();
    StepTree tree = plan.tree();
    for (Step step : graph.steps()) {
      tree = StepTree.adding(tree, step);
    }
    for (Step step : graph.steps()) {
      for (StepId parent : step.dependencies()) {
        tree = StepTree.linking(tree, parent, step.id());
      }
    }
    return new Plan(tree, size);
  }

  /// The same steps, each depending on all it refers to.
  private static Graph bound(Graph declared, Predicate<StepId> exists, PlanLimits limits) {
    List<Step> steps = new ArrayList<>(declared.size());
    for (Step step : declared.steps()) {
      steps.add(Scope.bound(step, exists, limits));
    }
    return Graph.of(steps);
  }

  private static Plan built(Graph graph, PlanLimits limits) {
    measured(graph).check(limits);
    graph.order();
    return built(graph);
  }

  private static Plan built(Graph graph) {
    StepTree.@Nullable Dependents[] dependents = new StepTree.@Nullable Dependents[graph.size()];
    for (int number = 0; number < graph.size(); number++) {
      for (int i = 0; i < graph.childCount(number); i++) {
        dependents[number] =
            StepTree.Dependents.of(graph.step(graph.child(number, i)).id(), dependents[number]);
      }
    }
    return new Plan(StepTree.of(graph.steps(), dependents), measured(graph));
  }

  private static PlanSize measured(Graph graph) {
    return Arrays.stream(graph.steps()).map(PlanSize::of).reduce(PlanSize.NONE, PlanSize::plus);
  }

  private static void checkDistinct(Graph graph) {
    for (int i = 1; i < graph.size(); i++) {
      if (graph.step(i).id().equals(graph.step(i - 1).id())) {
        throw new InvalidPlanException(duplicate(graph.step(i).id()));
      }
    }
  }

  static PlanError duplicate(StepId id) {
    return PlanError.of(
            PlanError.Code.INVALID_INPUT,
            "there are two steps \"" + PlanError.shown(id.value()) + "\"; give one another id")
        .about(id);
  }

  private static PlanError taken(StepId id) {
    return PlanError.of(
            PlanError.Code.INVALID_INPUT,
            "there is a step \""
                + PlanError.shown(id.value())
                + "\" in the run already; give the one that is added another id")
        .about(id);
  }

  /// Without repetition, in the order written.
  static List<StepId> distinct(Collection<StepId> ids) {
    Set<StepId> distinct = new LinkedHashSet<>(ids);
    return List.copyOf(distinct);
  }
}
