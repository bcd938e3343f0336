package dev.troupe.chaos;

import java.util.List;
import java.util.Map;

/// All that is known of a scenario when it is over.
///
/// @param attempts by the load's clients
/// @param executions times the engines started each request, by its mark
/// @param servedNanos what the cluster has charged each program that it knows, in nanoseconds of
///     engine time
/// @param leases still out when the load had ended and time had passed
/// @param running requests that the engines still had then
record Evidence(
    Disturbance disturbance,
    List<Attempt> attempts,
    Map<String, Integer> executions,
    Map<String, Long> servedNanos,
    int leases,
    int running) {

  Evidence {
    attempts = List.copyOf(attempts);
    executions = Map.copyOf(executions);
    servedNanos = Map.copyOf(servedNanos);
  }

  /// Times the engines started the request with a mark.
  int executionsOf(String mark) {
    return executions.getOrDefault(mark, 0);
  }
}
