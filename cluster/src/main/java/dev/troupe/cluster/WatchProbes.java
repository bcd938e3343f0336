package dev.troupe.cluster;

/// When a node that was started again is probed for watches that are lost on their way to it, and when that
/// ends: see [RestartedNodes]. Batches are counted from 0. Immutable.
///
/// @param sent batches of probes so far
record WatchProbes(int sent) {

  /// Probes of one batch.
  static final int BATCH = 16;

  /// Pekko answers a watch in the node's place until it has heard itself that the node is up, which may be
  /// a moment later than here; not so late as the fifth batch.
  private static final int FIRST_CERTAIN = 4;

  /// With as many withdrawals, half of what Pekko keeps of unacknowledged messages to one node.
  private static final int MOST_SENT = 300;

  static WatchProbes none() {
    return new WatchProbes(0);
  }

  WatchProbes withOneMore() {
    return new WatchProbes(sent + 1);
  }

  /// Whether an answer to a batch came from the node, so that all that is sent after that batch arrives.
  boolean endWithAnswerTo(int batch) {
    return batch >= FIRST_CERTAIN;
  }

  /// Whether there is no sense in more of them.
  boolean areAllSent() {
    return sent >= MOST_SENT;
  }
}
