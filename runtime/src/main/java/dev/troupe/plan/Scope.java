package dev.troupe.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// What names mean where they are written, and whether they mean anything: at first a whole plan's, then
/// with each body one around it.
///
/// @param exists whether there is a step of that id among the siblings
/// @param bound names that the container binds
/// @param outer what is around; empty where nothing is to be seen
/// @param depth bodies around this one
record Scope(Predicate<StepId> exists, Set<String> bound, Optional<Scope> outer, int depth) {

  /// A step of a plan, depending on all that it, and the bodies in it, refer to. A step of an instance of
  /// a body was bound with its container.
  ///
  /// @param exists whether a step is in the plan
  /// @throws InvalidPlanException if it names what is not there, or waits for itself
  static Step bound(Step step, Predicate<StepId> exists, PlanLimits limits) {
    return new Scope(exists, Set.of(), Optional.empty(), 0).bind(step, limits);
  }

  static void checkCount(long steps, PlanLimits limits) {
    new PlanSize((int) Math.min(steps, Integer.MAX_VALUE), 0, 0).check(limits);
  }

  /// @return the step with its bodies' steps bound too
  private Step bind(Step step, PlanLimits limits) {
    LinkedHashSet<StepId> dependencies = declared(step);
    boolean isInstance = step.id().container().isPresent();
    StepKind kind = isInstance ? step.kind() : bindBodies(step, dependencies, limits);
    if (!isInstance) {
      eachOwnReference(step, reference -> add(step.id(), reference, dependencies));
    }
    if (dependencies.contains(step.id())) {
      throw new InvalidPlanException(
          new PlanError(
              PlanError.Code.DAG_CYCLE,
              shown(step.id()) + " waits for itself: " + step.id() + "→" + step.id(),
              "",
              Optional.of(step.id()),
              List.of(step.id(), step.id())));
    }
    boolean isSame = kind == step.kind() && dependencies.size() == step.dependencies().size();
    return isSame
        ? step
        : new Step(step.id(), kind, List.copyOf(dependencies), step.policy(), step.metadata());
  }

  private LinkedHashSet<StepId> declared(Step step) {
    LinkedHashSet<StepId> dependencies = new LinkedHashSet<>();
    for (StepId dependency : step.dependencies()) {
      if (!find(dependency).orElse(false)) {
        throw new InvalidPlanException(missing(step.id(), dependency, "depends on"));
      }
      if (!dependencies.add(dependency)) {
        throw new InvalidPlanException(
            PlanError.of(
                    PlanError.Code.DAG_INVALID,
                    shown(step.id()) + " depends twice on " + shown(dependency) + "; name it once")
                .about(step.id()));
      }
    }
    return dependencies;
  }

  private StepKind bindBodies(Step step, Set<StepId> dependencies, PlanLimits limits) {
    if (step.kind().bodies().isEmpty()) {
      return step.kind();
    }
    if (depth >= limits.nesting()) {
      throw new InvalidPlanException(
          PlanError.of(
                  PlanError.Code.TOO_LARGE,
                  "steps may lie " + limits.nesting() + " deep in each other")
              .about(step.id()));
    }
    return switch (step.kind()) {
      case StepKind.MapOver map ->
          new StepKind.MapOver(
              map.items(), bindBody(step, map.body(), dependencies, limits), map.maxParallel());
      case StepKind.Condition condition ->
          new StepKind.Condition(
              condition.test(),
              bindBody(step, condition.then(), dependencies, limits),
              bindBody(step, condition.otherwise(), dependencies, limits));
      case StepKind.Loop loop ->
          new StepKind.Loop(
              bindBody(step, loop.body(), dependencies, limits),
              loop.until(),
              loop.maxIterations());
      case StepKind.SubRun run ->
          new StepKind.SubRun(
              bindBody(step, run.body(), dependencies, limits), run.inputs(), run.policy());
      case StepKind.Llm _,
          StepKind.HttpTool _,
          StepKind.Function _,
          StepKind.Wait _,
          StepKind.Approval _,
          StepKind.Join _ ->
          step.kind();
    };
  }

  /// @param dependencies of the container: what the body refers to outside is added
  private Body bindBody(Step container, Body body, Set<StepId> dependencies, PlanLimits limits) {
    Scope inner = inside(container, body);
    List<Step> steps = new ArrayList<>(body.steps().size());
    for (Step step : body.steps()) {
      if (inner.bound.contains(step.id().value())) {
        throw new InvalidPlanException(
            PlanError.of(
                    PlanError.Code.INVALID_INPUT,
                    "inside "
                        + shown(container.id())
                        + ", \""
                        + step.id()
                        + "\" has a meaning already; give the step another id")
                .about(container.id()));
      }
      Step bound = inner.bind(step, limits);
      steps.add(bound);
      for (StepId each : bound.dependencies()) {
        if (!inner.exists.test(each)) {
          dependencies.add(each);
        }
      }
    }
    List<Step> siblings =
        steps.stream()
            .map(step ->
                step.withDependencies(step.dependencies().stream().filter(inner.exists).toList()))
            .toList();
    if (!siblings.isEmpty()) {
      Graph graph = Graph.of(siblings);
      try {
        graph.order();
      } catch (InvalidPlanException cyclic) {
        throw cyclic.about(container.id());
      }
    }
    body.result()
        .filter(result -> !inner.exists.test(result))
        .ifPresent(result -> {
          throw new InvalidPlanException(missing(container.id(), result, "takes the result of"));
        });
    return new Body(siblings, body.result());
  }

  private Scope inside(Step container, Body body) {
    Set<StepId> siblings = new HashSet<>();
    for (Step step : body.steps()) {
      if (!siblings.add(step.id())) {
        throw new InvalidPlanException(Plans.duplicate(step.id()));
      }
    }
    Optional<Scope> around =
        container.kind() instanceof StepKind.SubRun ? Optional.empty() : Optional.of(this);
    return new Scope(siblings::contains, container.kind().bound(), around, depth + 1);
  }

  /// The references of the step itself; those of its bodies are bound there.
  private static void eachOwnReference(Step step, Consumer<Argument.Reference> visitor) {
    switch (step.kind()) {
      case StepKind.MapOver map -> map.items().eachReference(visitor);
      case StepKind.Condition condition -> condition.test().references().forEach(visitor);
      case StepKind.Loop loop -> {
        Set<String> inside = new HashSet<>(loop.bound());
        loop.body().steps().forEach(each -> inside.add(each.id().value()));
        loop.until().references().stream()
            .filter(each -> !inside.contains(each.step().value()))
            .forEach(visitor);
      }
      case StepKind.SubRun run ->
          run.inputs().values().forEach(each -> each.eachReference(visitor));
      case StepKind.Llm _,
          StepKind.HttpTool _,
          StepKind.Function _,
          StepKind.Wait _,
          StepKind.Approval _,
          StepKind.Join _ ->
          step.kind().eachReference(visitor);
    }
  }

  private void add(StepId from, Argument.Reference reference, Set<StepId> dependencies) {
    StepId name = reference.step();
    boolean isStep =
        find(name).orElseThrow(() -> new InvalidPlanException(missing(from, name, "refers to")));
    if (isStep) {
      dependencies.add(name);
    }
  }

  /// What a name means: a step, or (false) what a container binds; empty if nothing.
  private Optional<Boolean> find(StepId name) {
    Scope at = this;
    while (!at.exists.test(name)) {
      if (at.bound.contains(name.value())) {
        return Optional.of(false);
      }
      if (at.outer.isEmpty()) {
        return Optional.empty();
      }
      at = at.outer.get();
    }
    return Optional.of(true);
  }

  private static PlanError missing(StepId from, StepId name, String how) {
    return PlanError.of(
            PlanError.Code.DEP_NOT_FOUND,
            shown(from) + " " + how + " " + shown(name) + ", which is no step of the plan")
        .about(from);
  }

  private static String shown(StepId id) {
    return "\"" + PlanError.shown(id.value()) + "\"";
  }
}
