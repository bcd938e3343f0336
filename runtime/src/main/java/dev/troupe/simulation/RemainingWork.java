package dev.troupe.simulation;

import dev.troupe.program.ServiceModel;
import dev.troupe.program.Usage;
import dev.troupe.simulation.workload.CallTrace;
import dev.troupe.simulation.workload.ProgramTrace;

/// What a program still needs, known in advance: for clairvoyant baselines alone.
///
/// A call's work is reckoned as if its engine held what the call's parents left there.
final class RemainingWork {

  private final long[] nanos;
  private long remainingNanos;

  RemainingWork(ProgramTrace program, ServiceModel service) {
    nanos = new long[program.calls().size()];
    for (int at = 0; at < nanos.length; at++) {
      var call = program.calls().get(at);
      int cached = Math.min(call.promptTokens(), inherited(program, call) * program.blockTokens());
      nanos[at] =
          service.serviceNanos(new Usage(call.promptTokens(), cached, call.outputTokens()), 0);
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

  /// Engine time of all calls that have not ended.
  long remainingNanos() {
    return remainingNanos;
  }
}
