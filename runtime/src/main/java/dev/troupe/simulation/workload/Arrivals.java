package dev.troupe.simulation.workload;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// When the programs of a workload begin.
///
/// Recorded arrivals carry burstiness, not load: stretching them leaves the pattern and sets the rate.
public final class Arrivals {

  private Arrivals() {}

  /// The same programs at a mean rate, the first of them at 0. All gaps are stretched by one factor;
  /// where the programs come all at once there are none, and the gaps are drawn, as of a Poisson
  /// process.
  ///
  /// @param programsPerSecond above 0
  /// @param seed decides which program comes when; 0 leaves the order as recorded
  public static Workload atRate(Workload workload, double programsPerSecond, long seed) {
    if (!(programsPerSecond > 0 && Double.isFinite(programsPerSecond))) {
      throw new IllegalArgumentException("a rate is above 0: " + programsPerSecond);
    }
    var arrivals = recorded(workload, seed);
    if (arrivals.length == 0) {
      return workload;
    }
    long first = arrivals[0];
    double spanNanos = arrivals[arrivals.length - 1] - first;
    double wantedNanos = (arrivals.length - 1) / programsPerSecond * 1e9;
    for (int program = 0; program < arrivals.length; program++) {
      arrivals[program] =
          spanNanos == 0 ? 0 : Math.round((arrivals[program] - first) / spanNanos * wantedNanos);
    }
    return arriving(workload, arrivals, seed);
  }

  /// The same programs, all there from the start.
  ///
  /// @param seed decides the order; 0 leaves it as recorded
  public static Workload allAtOnce(Workload workload, long seed) {
    return arriving(workload, new long[workload.programs().size()], seed);
  }

  /// Arrival times of a Poisson process of one a second, the first at 0.
  static long[] poisson(int programs, RandomGenerator random) {
    var arrivals = new long[programs];
    for (int program = 1; program < programs; program++) {
      arrivals[program] = arrivals[program - 1] + Math.round(random.nextExponential() * 1e9);
    }
    return arrivals;
  }

  private static long[] recorded(Workload workload, long seed) {
    var arrivals =
        workload.programs().stream().mapToLong(ProgramTrace::arrivalNanos).sorted().toArray();
    boolean allAtOnce = Arrays.stream(arrivals).distinct().count() == 1;
    return allAtOnce ? poisson(arrivals.length, new SplittableRandom(seed)) : arrivals;
  }

  private static Workload arriving(Workload workload, long[] arrivals, long seed) {
    var programs = new ArrayList<>(workload.programs());
    if (seed != 0) {
      Collections.shuffle(programs, Random.from(new SplittableRandom(seed)));
    }
    for (int program = 0; program < arrivals.length; program++) {
      programs.set(program, programs.get(program).arrivingAt(arrivals[program]));
    }
    return new Workload(workload.name(), programs);
  }
}
