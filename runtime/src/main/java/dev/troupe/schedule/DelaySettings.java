package dev.troupe.schedule;

/// The keys of `troupe.schedule.placement` that are for `added-delay`.
///
/// @param takesOverBelow how full an engine may be, 0–1, to take a call from one that suits it better
/// @param copyWeight what it counts, in prefills, that a second copy of what another engine has cached
///     takes the room of something else
public record DelaySettings(double takesOverBelow, double copyWeight) {

  public DelaySettings {
    ScheduleSettings.require(
        takesOverBelow >= 0 && takesOverBelow <= 1,
        "placement.takes-over-below",
        takesOverBelow,
        "must be between 0 and 1");
    ScheduleSettings.require(
        copyWeight >= 0 && copyWeight < Double.POSITIVE_INFINITY,
        "placement.copy-weight",
        copyWeight,
        "must not be negative");
  }
}
