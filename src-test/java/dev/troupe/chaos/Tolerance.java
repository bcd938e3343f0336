package dev.troupe.chaos;

import java.time.Duration;

/// How much may be missing of what costs speed alone. Nothing may be missing of the rest.
///
/// @param detection until a lost node is removed
/// @param lossWindow what the loss of a node may cost a program: the calls that ended so shortly
///     before. It is `troupe.storage.flush-interval` and the time in which a batch is written
/// @param leastContinuity of the programs that go on, the share that stays with its KV cache, 0–1
record Tolerance(Duration detection, Duration lossWindow, double leastContinuity) {

  /// `troupe.cluster.detection-time`, and half of it for nodes that hear their heartbeats late.
  static final Tolerance STRICT =
      new Tolerance(Duration.ofSeconds(15), Duration.ofMillis(1200), 0.95);

  /// For a test, which may have a tenth of a machine: nodes are late with everything, and the few
  /// programs that a short run has are soon a tenth of them.
  static final Tolerance BUSY_MACHINE =
      new Tolerance(Duration.ofSeconds(45), Duration.ofSeconds(3), 0.7);
}
