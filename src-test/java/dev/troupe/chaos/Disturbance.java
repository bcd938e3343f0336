package dev.troupe.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What was done to a cluster.
///
/// @param target what it was done to
/// @param beganNanos when
/// @param endedNanos when the cluster was whole again
/// @param outages of nodes; none where no call may be lost
/// @param detection until no other node had the target as a member any more, where it was to be
///     removed
/// @param recovery until all engines were watched again, from the beginning
/// @param solitude of the target, where it was alone for a time
record Disturbance(
    String target,
    long beganNanos,
    long endedNanos,
    List<Outage> outages,
    Optional<Duration> detection,
    Duration recovery,
    Optional<Solitude> solitude) {

  Disturbance {
    outages = List.copyOf(outages);
  }

  /// Whether an attempt was on a node while that was lost.
  boolean struck(Attempt attempt) {
    return outages.stream().anyMatch(outage -> outage.struck(attempt));
  }
}
