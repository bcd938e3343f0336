package dev.troupe.laboratory;

import dev.troupe.simulation.Distribution;
import java.util.Optional;
import java.util.OptionalDouble;

/// The programs that an experiment simulates, counted.
///
/// @param calls of these programs, as is `tenants`
/// @param refused programs beside these, with a call that no engine of the profile can hold
/// @param arrivingSeconds from the first arrival to the last, as recorded; empty where the programs are
///     generated or came all at once
/// @param responseSeconds how long these programs took when a node recorded them; empty where that is not
///     known of all
public record Census(
    int programs,
    int calls,
    int tenants,
    int refused,
    OptionalDouble arrivingSeconds,
    Optional<Distribution> responseSeconds) {

  private static final double MINUTE = 60;
  private static final double HOUR = 60 * MINUTE;
  private static final double DAY = 24 * HOUR;

  /// How many came per second in the mean, idle times included; empty where that is not known.
  OptionalDouble perSecond() {
    return arrivingSeconds.isPresent()
        ? OptionalDouble.of((programs - 1) / arrivingSeconds.getAsDouble())
        : OptionalDouble.empty();
  }

  /// How long they took to come, in words.
  String period() {
    double seconds = arrivingSeconds.orElse(0);
    if (seconds < 2 * MINUTE) {
      return Numbers.brief(seconds) + " s";
    }
    if (seconds < 2 * HOUR) {
      return Numbers.brief(seconds / MINUTE) + " minutes";
    }
    return seconds < 2 * DAY
        ? Numbers.brief(seconds / HOUR) + " hours"
        : Numbers.brief(seconds / DAY) + " days";
  }

  /// What was read, in a sentence.
  String read() {
    return "Read: "
        + counted(programs, "program")
        + " of "
        + counted(tenants, "tenant")
        + ", "
        + counted(calls, "call")
        + (refused == 0 ? "" : ", and " + counted(refused, "program") + " that no engine can hold")
        + arrived()
        + ".";
  }

  private String arrived() {
    if (programs == 1) {
      return "";
    }
    var perSecond = perSecond();
    return perSecond.isPresent()
        ? "; they came within %s, %s per second in the mean, idle times included"
            .formatted(period(), Numbers.brief(perSecond.getAsDouble()))
        : "; they came all at once";
  }

  private static String counted(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
