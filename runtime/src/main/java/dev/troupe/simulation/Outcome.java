package dev.troupe.simulation;

import java.util.List;

/// What one simulation showed.
///
/// @param setup what ran; its lengths are the policy's own, where that has some
/// @param programs by arrival; those that were refused for their length are missing
/// @param refused programs with a call that no engine of the profile can hold
/// @param scaled programs that were divided until one could
/// @param preemptions calls that an engine put back for want of KV memory
/// @param recomputedTokens that those calls computed again
/// @param decisions how often the control plane was asked
/// @param decisionNanos wall time those took together
/// @param wallNanos wall time of the simulation
public record Outcome(
    Setup setup,
    String workload,
    List<ProgramOutcome> programs,
    int refused,
    int scaled,
    long preemptions,
    long recomputedTokens,
    long decisions,
    long decisionNanos,
    long wallNanos) {

  public Outcome {
    programs = List.copyOf(programs);
  }

  /// The same under the name that was asked for, with programs that were refused or scaled before it
  /// began.
  public Outcome of(String policy, int refused, int scaled) {
    return new Outcome(
        setup.withPolicy(policy),
        workload,
        programs,
        refused,
        scaled,
        preemptions,
        recomputedTokens,
        decisions,
        decisionNanos,
        wallNanos);
  }
}
