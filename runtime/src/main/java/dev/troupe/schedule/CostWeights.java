package dev.troupe.schedule;

/// The `troupe.schedule.least-cost` section of the configuration: what a program's cost and its
/// waiting count against those of others.
///
/// @param attainedWeight what a nanosecond that the program has received counts, in nanoseconds of
///     cost
/// @param aging what a nanosecond of waiting takes off the cost, in nanoseconds; with 0 it takes nothing,
///     and overtaking has no bound
/// @param maxOvertakingNanos time from the arrival of a program's oldest waiting call in which others
///     must have come that go before it
/// @param learnsEndings whether it counts how likely programs of the same stage were to end
/// @param heedsDeclared whether it counts in its place how many calls a program says that it still makes
public record CostWeights(
    double attainedWeight,
    double aging,
    long maxOvertakingNanos,
    boolean learnsEndings,
    boolean heedsDeclared) {

  public CostWeights {
    ScheduleSettings.require(
        attainedWeight >= 0 && attainedWeight < Double.POSITIVE_INFINITY,
        "least-cost.attained-weight",
        attainedWeight,
        "must not be negative");
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
  /// @param attainedNanos what it has received
  /// @param factor what a nanosecond of both counts, by the program's priority
  double owedNanos(double costNanos, double attainedNanos, double factor) {
    double owed = factor * (costNanos + attainedWeight * attainedNanos);
    double most = aging * maxOvertakingNanos;
    return aging == 0 ? owed : owed * (most / (owed + most));
  }
}
