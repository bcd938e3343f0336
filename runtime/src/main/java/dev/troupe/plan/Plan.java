package dev.troupe.plan;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a run is to do: steps and which of them wait for which, without a cycle. Immutable; a plan with
/// more steps is another plan that shares nearly all with this one.
///
/// A plan exists only if it is sound: every dependency and every reference names a step, what refers to a
/// step depends on it, no two steps have one id, and none waits for itself. Its orders are those of the ids.
///
/// Cost: about 60 B for a step beside the step itself, 24 B for a dependency; `O(log n)` to find a step.
public final class Plan {

  /// Of the stored form: raised when a reader of today would misread it.
  private static final int VERSION = 1;

  private final @Nullable StepTree tree;
  private final PlanSize size;

  Plan(@Nullable StepTree tree, PlanSize size) {
    this.tree = tree;
    this.size = size;
  }

  /// A plan of these steps, within the default limits.
  ///
  /// @throws InvalidPlanException if they make none
  public static Plan of(Collection<Step> steps) {
    return of(steps, PlanLimits.DEFAULT);
  }

  /// A plan of these steps. Cost: `O((n + e) log n)`.
  ///
  /// @throws InvalidPlanException if they make none
  public static Plan of(Collection<Step> steps, PlanLimits limits) {
    return Plans.of(steps, limits);
  }

  /// A plan of steps that made one before, or were the body of a step that did: nothing is checked again.
  /// Cost: `O((n + e) log n)`.
  public static Plan ofChecked(Collection<Step> steps) {
    return Plans.stored(steps);
  }

  /// As it was stored: sound when it was, and whatever the limits are now.
  @JsonCreator
  static Plan stored(
      @JsonProperty("version") int version, @JsonProperty("steps") List<Step> steps) {
    if (version > VERSION) {
      throw new IllegalArgumentException(
          "the plan was stored in version " + version + ", this reads up to " + VERSION);
    }
    return Plans.stored(steps);
  }

  @JsonProperty("version")
  int version() {
    return VERSION;
  }

  /// All steps, by id. Cost: `O(n)`.
  @JsonProperty("steps")
  public List<Step> steps() {
    List<Step> steps = new ArrayList<>(size());
    forEach(steps::add);
    return steps;
  }

  /// Calls `visitor` with every step, by id.
  public void forEach(Consumer<Step> visitor) {
    StepTree.forEach(tree, visitor);
  }

  /// Steps, those inside others not counted.
  public int size() {
    return StepTree.size(tree);
  }

  /// Dependencies of all steps together.
  public int edges() {
    return size.edges();
  }

  PlanSize measured() {
    return size;
  }

  @Nullable StepTree tree() {
    return tree;
  }

  public Optional<Step> step(StepId id) {
    return Optional.ofNullable(StepTree.find(tree, id));
  }

  public boolean contains(StepId id) {
    return StepTree.find(tree, id) != null;
  }

  /// The steps that depend on this one, by id. Cost: `O(log n + k log k)` for k of them.
  public List<StepId> dependents(StepId id) {
    return StepTree.dependents(tree, id);
  }

  public int dependentCount(StepId id) {
    return StepTree.dependentCount(tree, id);
  }

  /// The steps that depend on none of the plan, by id. Cost: `O(n)`.
  public List<StepId> roots() {
    List<StepId> roots = new ArrayList<>();
    forEach(step -> {
      if (step.dependencies().stream().noneMatch(this::contains)) {
        roots.add(step.id());
      }
    });
    return roots;
  }

  /// The steps that none depends on, by id. Cost: `O(n log n)`.
  public List<StepId> leaves() {
    List<StepId> leaves = new ArrayList<>();
    forEach(step -> {
      if (dependentCount(step.id()) == 0) {
        leaves.add(step.id());
      }
    });
    return leaves;
  }

  /// All steps, each after those it depends on, of several possible the one with the least id first.
  /// Cost: `O((n + e) log n)`.
  public List<StepId> topological() {
    Graph graph = graph();
    List<StepId> order = new ArrayList<>(graph.size());
    for (int number : graph.order()) {
      order.add(graph.step(number).id());
    }
    return order;
  }

  /// The steps by how many steps lie on the longest way to them; within a stage by id. With barriers, each
  /// stage runs after the one before. Cost: `O((n + e) log n)`.
  public List<List<StepId>> stages() {
    Graph graph = graph();
    int[] levels = graph.levels(graph.order());
    List<List<StepId>> stages = new ArrayList<>();
    for (int number = 0; number < graph.size(); number++) {
      while (stages.size() <= levels[number]) {
        stages.add(new ArrayList<>());
      }
      stages.get(levels[number]).add(graph.step(number).id());
    }
    return stages;
  }

  /// With further steps, which may depend on each other and on any step there is. Cost: `O(log n)` for
  /// each step and each dependency added.
  ///
  /// @throws InvalidPlanException if that is no plan; this one is as it was
  public Plan with(Collection<Step> added) {
    return with(added, gone -> false, PlanLimits.DEFAULT);
  }

  /// With further steps.
  ///
  /// @param ended whether a step that was taken out (see [#without]) is known to have ended: what depends
  ///     on it need not wait for it
  /// @throws InvalidPlanException if that is no plan; this one is as it was
  public Plan with(Collection<Step> added, Predicate<StepId> ended, PlanLimits limits) {
    return Plans.with(this, added, ended, limits);
  }

  /// Without some steps, such as those that have ended and on which none waits. What stays and depends
  /// on one of them keeps saying so, and is as if that had ended. Cost: `O((n + e) log n)`.
  public Plan without(Set<StepId> removed) {
    List<Step> kept = new ArrayList<>();
    forEach(step -> {
      if (!removed.contains(step.id())) {
        kept.add(step);
      }
    });
    return Plans.stored(kept);
  }

  Graph graph() {
    return Graph.of(steps());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Plan plan && steps().equals(plan.steps());
  }

  @Override
  public int hashCode() {
    return steps().hashCode();
  }

  @Override
  public String toString() {
    return "Plan[" + size() + " steps, " + edges() + " dependencies]";
  }
}
