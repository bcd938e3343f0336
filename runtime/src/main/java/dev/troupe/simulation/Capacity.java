package dev.troupe.simulation;

import dev.troupe.program.ServiceModel;
import dev.troupe.program.Usage;
import dev.troupe.simulation.ProgramOutcome.CallOutcome;
import java.util.Comparator;

/// How many programs of a workload its engines can serve per time: load 1.
///
/// Reckoned from a simulation in which all programs are there from the start and no tool takes time:
/// the share of all work that is done, over the time it took, at the moment when nine tenths are
/// done. The rest is left out, because a single long program goes on alone when all others have ended.
public final class Capacity {

  private static final double SHARE = 0.9;

  private Capacity() {}

  /// @param allAtOnce outcome of such a simulation
  public static double programsPerSecond(Outcome allAtOnce, ServiceModel service) {
    var calls =
        allAtOnce.programs().stream()
            .flatMap(program -> program.calls().stream())
            .sorted(Comparator.comparingLong(CallOutcome::endNanos))
            .toList();
    double all = calls.stream().mapToDouble(call -> work(call, service)).sum();
    double done = 0;
    for (var call : calls) {
      done += work(call, service);
      if (done >= SHARE * all && call.endNanos() > 0) {
        return allAtOnce.programs().size() * (done / all) / (call.endNanos() / 1e9);
      }
    }
    throw new IllegalArgumentException("nothing was served");
  }

  private static double work(CallOutcome call, ServiceModel service) {
    var usage = new Usage(call.promptTokens(), call.cachedTokens(), call.outputTokens());
    return service.serviceNanos(usage, 0);
  }
}
