package dev.troupe.simulated;

import java.util.Map;

/// What a simulated engine has done so far.
///
/// @param accepted completion requests that were not answered with an error
/// @param started requests that got a slot
/// @param finished requests answered whole
/// @param aborted requests whose client left, waiting or running
/// @param broken requests that a fault cut off
/// @param cachedTokens prompt tokens found in the prefix cache, of `promptTokens`
/// @param executions times each request id was started; the last ten thousand ids
public record SimulatedStats(
    int running,
    int waiting,
    long accepted,
    long started,
    long finished,
    long aborted,
    long broken,
    long promptTokens,
    long cachedTokens,
    long outputTokens,
    double kvCacheUse,
    Map<String, Integer> executions) {

  public SimulatedStats {
    executions = Map.copyOf(executions);
  }

  /// Times the request of that id was started.
  public int executions(String id) {
    return executions.getOrDefault(id, 0);
  }
}
