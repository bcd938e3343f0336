package dev.troupe.schedule;

/// The `troupe.schedule.least-cost` section of the configuration: what a program's cost and its
/// waiting count against those of others.
///
/// @param aging what a nanosecond of waiting takes off the cost, in nanoseconds; with 0 it takes nothing,
///     and overtaking has no bound
/// @param maxOvertakingNanos time from the arrival of a program's oldest waiting call in which others
///     must have come that go before it
/// @param learnsEndings whether it counts how likely programs of the same stage were to end
/// @param heedsDeclared whether it counts in its place how many calls a program says that it still makes
public record CostWeights(
    double aging, long maxOvertakingNanos, boolean learnsEndings, boolean heedsDeclared) {

  public CostWeights {
    ScheduleSettings.require(
        aging >= 0 && aging < Double.POSITIVE_INFINITY,
        "least-cost.aging",
        aging,
        "must not be negative");
    ScheduleSettings.require(
        maxOvertakingNanos > 0,
        "least-cost.max-overtaking",
        maxOvertakingNanos + "ns",
        "must be positive");
  }

  /// What a program owes before waiting is taken off: its cost where that is little, and never as much
  /// as the longest overtaking pays. Rises with the cost, so that of two that came together the
  /// cheaper goes first.
  ///
  /// @param costNanos of its waiting calls
  /// @param factor what a nanosecond of it counts, by the program's priority
  double owedNanos(double costNanos, double factor) {
    double owed = factor * costNanos;
    double most = aging * maxOvertakingNanos;
    return aging == 0 ? owed : owed * (most / (owed + most));
  }
}
