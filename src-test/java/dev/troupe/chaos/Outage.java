package dev.troupe.chaos;

/// A time in which a node was dead, paused or cut off. Calls that were on it then may be lost.
///
/// @param node its position in the cluster
/// @param fromNanos when the blow began: it is a command to the kernel, and takes its time
/// @param struckNanos when it was done
record Outage(int node, long fromNanos, long struckNanos, long untilNanos) {

  /// Whether an attempt was on the node in that time.
  boolean struck(Attempt attempt) {
    return attempt.node() == node
        && attempt.sentNanos() < untilNanos
        && attempt.endNanos() >= fromNanos;
  }

  /// Whether an attempt ended before the node was gone for certain, and no longer before that than a
  /// node may take to write what has happened.
  ///
  /// @param lossWindowNanos the longest that a node may take
  boolean mayHaveTaken(Attempt attempt, long lossWindowNanos) {
    return attempt.endNanos() > fromNanos - lossWindowNanos && attempt.endNanos() <= struckNanos;
  }
}
