package dev.troupe.simulation;

import dev.troupe.schedule.EnginePrices;
import dev.troupe.simulation.workload.CallTrace;
import dev.troupe.simulation.workload.ProgramTrace;

/// What a program still needs, known in advance: for clairvoyant baselines alone.
///
/// A call's work is reckoned as if its engine held what the call's parents left there.
final class RemainingWork {

  private final ProgramTrace program;
  private final EnginePrices prices;
  private final double[] nanos;
  private double remainingNanos;

  RemainingWork(ProgramTrace program, EnginePrices prices) {
    this.program = program;
    this.prices = prices;
    nanos = new double[program.calls().size()];
    for (int at = 0; at < nanos.length; at++) {
      var call = program.calls().get(at);
      int cached = Math.min(call.promptTokens(), inherited(program, call) * program.blockTokens());
      nanos[at] = prices.callNanos(call.promptTokens(), cached, call.outputTokens());
      remainingNanos += nanos[at];
    }
  }

  private static int inherited(ProgramTrace program, CallTrace call) {
    int most = 0;
    for (int parent : call.parents()) {
      most = Math.max(most, program.calls().get(parent).kept().shared(call.prompt()));
    }
    return most;
  }

  void ended(int call) {
    remainingNanos -= nanos[call];
  }

  /// Engine time of all calls that have not ended, as one of them stands.
  ///
  /// @param cachedTokens of this one's prompt
  double remainingNanos(int call, int cachedTokens) {
    var next = program.calls().get(call);
    return remainingNanos
        - nanos[call]
        + prices.callNanos(next.promptTokens(), cachedTokens, next.outputTokens());
  }
}
