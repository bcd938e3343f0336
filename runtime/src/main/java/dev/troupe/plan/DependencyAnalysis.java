package dev.troupe.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds what the items of an outline wait for: as they say, else as a model says, else by their types and
/// words, else one after the other. What an item says itself is never changed. Each way that was tried
/// and did not lead is told with its reason.
public final class DependencyAnalysis {

  /// A way to find dependencies.
  public enum Strategy {
    /// As the items say.
    EXPLICIT,
    /// As a model says.
    LLM_BASED,
    /// By types and words.
    HEURISTIC,
    /// Each after the one before.
    SEQUENTIAL
  }

  /// @param dependencies of every item, in the order of the items
  /// @param used the way that led to them
  /// @param reasons why others, tried before, did not
  public record Found(Map<StepId, List<StepId>> dependencies, Strategy used, List<String> reasons) {
    public Found {
      Map<StepId, List<StepId>> copied = new LinkedHashMap<>();
      dependencies.forEach((id, each) -> copied.put(id, List.copyOf(each)));
      dependencies = Collections.unmodifiableMap(copied);
      reasons = List.copyOf(reasons);
    }

    /// These steps with the dependencies that were found for them.
    public List<Step> applied(List<Step> steps) {
      return steps.stream()
          .map(step ->
              step.withDependencies(dependencies.getOrDefault(step.id(), step.dependencies())))
          .toList();
    }

    private Found because(List<String> earlier) {
      List<String> all = new ArrayList<>(earlier);
      all.addAll(reasons);
      return new Found(dependencies, used, all);
    }
  }

  private DependencyAnalysis() {}

  /// Whether a model must be asked.
  public static boolean asks(Outline outline, Strategy strategy) {
    return strategy == Strategy.LLM_BASED && !isExplicit(outline);
  }

  /// The dependencies without asking a model. A strategy that does not lead is followed by the next of
  /// heuristic and sequential.
  public static Found of(Outline outline, Strategy strategy) {
    if (isExplicit(outline)) {
      return explicit(outline);
    }
    return switch (strategy) {
      case EXPLICIT ->
          orSequential(outline, "not every item says what it depends on", heuristic(outline));
      case LLM_BASED -> orSequential(outline, "no model was asked", heuristic(outline));
      case HEURISTIC -> orSequential(outline, "", heuristic(outline));
      case SEQUENTIAL -> sequential(outline);
    };
  }

  /// The dependencies after a model was asked.
  ///
  /// @param answer what it said
  /// @param fallback the way to take if that is of no use
  public static Found answered(Outline outline, String answer, Strategy fallback) {
    LlmAnalysis.Reading reading = LlmAnalysis.read(answer, outline);
    return switch (reading) {
      case LlmAnalysis.Understood understood -> {
        Map<StepId, List<StepId>> merged = merged(outline, understood.dependencies());
        Optional<String> unsound = unsound(merged);
        yield unsound.isPresent()
            ? unanswered(outline, unsound.get(), fallback)
            : new Found(merged, Strategy.LLM_BASED, List.of());
      }
      case LlmAnalysis.Useless useless -> unanswered(outline, useless.why(), fallback);
    };
  }

  /// The dependencies after a model was asked in vain.
  public static Found unanswered(Outline outline, String why, Strategy fallback) {
    Strategy next = fallback == Strategy.LLM_BASED ? Strategy.HEURISTIC : fallback;
    return of(outline, next).because(List.of("llm_based: " + why));
  }

  private static Found orSequential(
      Outline outline, String why, Map<StepId, List<StepId>> heuristic) {
    List<String> reasons = why.isEmpty() ? List.of() : List.of(why);
    Map<StepId, List<StepId>> merged = merged(outline, heuristic);
    Optional<String> unsound = unsound(merged);
    return unsound.isPresent()
        ? sequential(outline).because(List.of("heuristic: " + unsound.get())).because(reasons)
        : new Found(merged, Strategy.HEURISTIC, reasons);
  }

  private static boolean isExplicit(Outline outline) {
    return outline.items().stream().allMatch(item -> item.dependencies().isPresent());
  }

  private static Found explicit(Outline outline) {
    return new Found(merged(outline, Map.of()), Strategy.EXPLICIT, List.of());
  }

  private static Map<StepId, List<StepId>> heuristic(Outline outline) {
    return Heuristic.dependencies(outline);
  }

  /// Each after the one before, in the order written, or where some say that they depend on later ones, in
  /// an order that they allow.
  private static Found sequential(Outline outline) {
    Map<StepId, List<StepId>> written =
        merged(outline, chain(outline.items().stream().map(Outline.Item::id).toList()));
    if (unsound(written).isEmpty()) {
      return new Found(written, Strategy.SEQUENTIAL, List.of());
    }
    Map<StepId, List<StepId>> said = merged(outline, Map.of());
    return new Found(
        unsound(said).isPresent()
            ? said
            : merged(outline, chain(Plan.of(joins(said)).topological())),
        Strategy.SEQUENTIAL,
        List.of());
  }

  private static Map<StepId, List<StepId>> chain(List<StepId> order) {
    Map<StepId, List<StepId>> chain = new LinkedHashMap<>();
    for (int i = 0; i < order.size(); i++) {
      chain.put(order.get(i), i == 0 ? List.of() : List.of(order.get(i - 1)));
    }
    return chain;
  }

  /// What the items say, and for the others what was inferred.
  private static Map<StepId, List<StepId>> merged(
      Outline outline, Map<StepId, List<StepId>> inferred) {
    Map<StepId, List<StepId>> merged = new LinkedHashMap<>();
    for (Outline.Item item : outline.items()) {
      merged.put(
          item.id(), item.dependencies().orElse(inferred.getOrDefault(item.id(), List.of())));
    }
    return merged;
  }

  private static Optional<String> unsound(Map<StepId, List<StepId>> dependencies) {
    try {
      Plan.of(joins(dependencies));
      return Optional.empty();
    } catch (InvalidPlanException unsound) {
      return Optional.of(unsound.error().line());
    }
  }

  /// The graph alone, of steps that do nothing.
  private static List<Step> joins(Map<StepId, List<StepId>> dependencies) {
    List<Step> steps = new ArrayList<>();
    dependencies.forEach(
        (id, each) -> steps.add(new Step(id, new StepKind.Join(StepKind.Join.How.OBJECT), each)));
    return steps;
  }
}
