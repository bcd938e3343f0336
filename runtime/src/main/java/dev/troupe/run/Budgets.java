package dev.troupe.run;

import dev.troupe.plan.Budget;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What a run has spent and set aside, against what it may.
///
/// A step starts only if what is spent, what is set aside for running steps and what it is expected to
/// cost fit together. What a step really costs is counted whole, even beyond the budget: the result was
/// paid for. Sums are exact.
public final class Budgets {

  /// Of what there is a budget.
  public enum Part {
    MONEY,
    TOKENS,
    CALLS;

    /// As on the wire: `money`.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Whether a step can be paid for.
  enum Room {
    NOW,
    /// Perhaps, when running steps have turned out cheaper than expected.
    LATER,
    NEVER
  }

  /// Fraction, 0–1, of a budget at which its owner is warned.
  private static final double WARNING = 0.8;

  private Budget limit;
  private Expense spent = Expense.NONE;
  private Expense reserved = Expense.NONE;
  private final Set<Part> warned = EnumSet.noneOf(Part.class);

  Budgets(Budget limit) {
    this.limit = limit;
  }

  Budget limit() {
    return limit;
  }

  Expense spent() {
    return spent;
  }

  Expense reserved() {
    return reserved;
  }

  void reserve(Expense expected) {
    reserved = reserved.plus(expected);
  }

  void release(Expense expected) {
    reserved = reserved.minus(expected);
  }

  void spend(Expense actual) {
    spent = spent.plus(actual);
  }

  void raise(Budget higher) {
    limit = higher;
    warned.removeIf(part -> !isNear(part));
  }

  void warned(Part part) {
    warned.add(part);
  }

  Room room(Expense expected) {
    if (!fits(spent.plus(expected))) {
      return Room.NEVER;
    }
    return fits(spent.plus(reserved).plus(expected)) ? Room.NOW : Room.LATER;
  }

  /// A part that is nearly used up, of which nobody was warned.
  Optional<Part> toWarnOf() {
    for (Part part : Part.values()) {
      if (!warned.contains(part) && isNear(part)) {
        return Optional.of(part);
      }
    }
    return Optional.empty();
  }

  /// The part of the budget that does not pay for this.
  Part lacking(Expense expected) {
    Expense all = spent.plus(expected);
    if (limit.micros().isPresent() && all.micros() > limit.micros().getAsLong()) {
      return Part.MONEY;
    }
    return limit.tokens().isPresent() && all.tokens() > limit.tokens().getAsLong()
        ? Part.TOKENS
        : Part.CALLS;
  }

  private boolean fits(Expense all) {
    return (limit.micros().isEmpty() || all.micros() <= limit.micros().getAsLong())
        && (limit.tokens().isEmpty() || all.tokens() <= limit.tokens().getAsLong())
        && (limit.calls().isEmpty() || all.calls() <= limit.calls().getAsInt());
  }

  private boolean isNear(Part part) {
    Expense all = spent.plus(reserved);
    return switch (part) {
      case MONEY ->
          limit.micros().isPresent() && all.micros() >= limit.micros().getAsLong() * WARNING;
      case TOKENS ->
          limit.tokens().isPresent() && all.tokens() >= limit.tokens().getAsLong() * WARNING;
      case CALLS -> limit.calls().isPresent() && all.calls() >= limit.calls().getAsInt() * WARNING;
    };
  }
}
