package dev.troupe.chaos;

/// One attempt at a call, as its client saw it. Times are of one monotonic clock.
///
/// @param call position in its program
/// @param plan what was asked
/// @param mark by which the engines count its executions: the same for all attempts until one may have
///     reached an engine and was lost with its gateway
/// @param node position of the node it was sent to
record Attempt(
    String program,
    int call,
    CallPlan plan,
    String mark,
    int node,
    long sentNanos,
    long endNanos,
    Answer answer) {

  Outcome outcome() {
    return answer.outcome();
  }

  boolean isCompleted() {
    return outcome() == Outcome.COMPLETED;
  }

  /// Names the call for people.
  String name() {
    return program + " call " + call;
  }
}
