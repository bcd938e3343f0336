package dev.troupe.plan;

import java.util.List;
import java.util.Optional;

/// A plan as a planning model wrote it: what is to be done, in an order, not yet what waits for what.
///
/// @param locale of the language it is written in, such as `en-US`
/// @param thought why the planner planned so
public record Outline(
    String locale, boolean hasEnoughContext, String thought, String title, List<Item> items) {

  /// What an item is about.
  public enum Type {
    /// Finding things out: independent of other research.
    RESEARCH,
    /// Making something of what was found.
    PROCESSING,
    /// The account of it all.
    REPORTING
  }

  /// One thing to do.
  ///
  /// @param dependencies where the author said what it depends on; they are never changed
  public record Item(
      StepId id,
      boolean needsSearch,
      String title,
      String description,
      Type type,
      Optional<List<StepId>> dependencies) {
    public Item {
      dependencies = dependencies.map(List::copyOf);
    }
  }

  /// Items that are related to each other in pairs: what a planning model writes has some tens.
  public static final int MAX_ITEMS = 2_000;

  public Outline {
    items = List.copyOf(items);
    if (items.size() > MAX_ITEMS) {
      throw InvalidPlanException.of(
          PlanError.Code.TOO_LARGE,
          "a plan whose dependencies are to be found has at most " + MAX_ITEMS + " steps");
    }
  }
}
