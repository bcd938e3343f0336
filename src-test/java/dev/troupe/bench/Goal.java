package dev.troupe.bench;

import dev.troupe.bench.Target.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What the gateway is to reach on two cores, with everything on one machine.
///
/// @param isUpper whether the limit is an upper one
record Goal(String name, double limit, boolean isUpper, double measured) {

  private static final Path TROUPE = Path.TROUPE;

  boolean isReached() {
    return isUpper ? measured <= limit : measured >= limit;
  }

  static List<Goal> of(List<Comparison> comparisons) {
    var goals = new ArrayList<Goal>();
    for (var comparison : comparisons) {
      if (comparison.has(TROUPE)) {
        add(goals, comparison);
      }
    }
    return goals;
  }

  private static void add(List<Goal> goals, Comparison comparison) {
    var scenario = comparison.scenario();
    boolean isPaced = !scenario.body().model().equals(Scenario.FAST);
    if (scenario.rate().isPresent()) {
      upper(
          goals,
          comparison,
          "added p50 to first byte, ms",
          1,
          to -> to.addedFirstByteMillis(TROUPE, 50));
      upper(
          goals,
          comparison,
          "added p99 to first byte, ms",
          5,
          to -> to.addedFirstByteMillis(TROUPE, 99));
      upper(goals, comparison, "added p50 to the end, ms", 1, to -> to.addedEndMillis(TROUPE, 50));
      upper(goals, comparison, "added p99 to the end, ms", 5, to -> to.addedEndMillis(TROUPE, 99));
    } else if (scenario.body().model().equals(Scenario.SLOW)) {
      upper(goals, comparison, "resident, MiB", 600, to -> to.of(TROUPE).residentMebibytes());
    } else if (!isPaced && scenario.connections() == 32) {
      if (scenario.body().streamed() && scenario.body().bytes() == 2_000) {
        upper(
            goals,
            comparison,
            "gateway CPU a call, us",
            1500,
            to -> to.of(TROUPE).cpuMicrosPerRequest());
      }
      if (scenario.body().bytes() == 220_000) {
        goals.add(
            new Goal(
                scenario.name() + ": calls per second",
                300,
                false,
                comparison.of(TROUPE).requestsPerSecond()));
      }
    }
  }

  private static void upper(
      List<Goal> goals,
      Comparison comparison,
      String what,
      double limit,
      ToDoubleFunction<Comparison> measured) {
    goals.add(
        new Goal(
            comparison.scenario().name() + ": " + what,
            limit,
            true,
            measured.applyAsDouble(comparison)));
  }

  @Override
  public String toString() {
    return "%-8s %s: %s (%s %s)"
        .formatted(
            isReached() ? "reached" : "MISSED",
            name,
            Report.number(measured, 2),
            isUpper ? "at most" : "at least",
            Report.number(limit, 0));
  }
}
