package dev.troupe.chaos;

import dev.troupe.simulation.workload.CallTrace;

/// A recorded call as it is made here.
///
/// @param blockTokens tokens of a block of its prompt
/// @param outputTokens asked of the engine
record CallPlan(CallTrace trace, int blockTokens, int outputTokens) {

  /// Tokens that this prompt and another of the same program begin with in common.
  int sharedTokens(CallPlan other) {
    return trace.prompt().shared(other.trace.prompt()) * blockTokens;
  }
}
