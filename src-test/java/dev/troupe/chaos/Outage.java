package dev.troupe.chaos;

/// A time in which a node was dead, paused or cut off. Calls that were on it then may be lost.
///
/// @param node its position in the cluster
record Outage(int node, long fromNanos, long untilNanos) {

  /// Whether an attempt was on the node in that time.
  boolean struck(Attempt attempt) {
    return attempt.node() == node
        && attempt.sentNanos() < untilNanos
        && attempt.endNanos() >= fromNanos;
  }
}
