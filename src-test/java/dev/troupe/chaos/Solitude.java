package dev.troupe.chaos;

import java.time.Duration;

/// What a node said of itself while it could reach none of the others.
///
/// @param length of the time in which it was asked
/// @param looks that it answered
/// @param ready of them, it said that it does its work
/// @param inCluster of them, it was in a cluster
record Solitude(Duration length, int looks, int ready, int inCluster) {

  private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);

  /// Asks a node again and again, for so long. A look that it does not answer says nothing.
  static Solitude of(int node, ClusterView view, Duration length) {
    int looks = 0;
    int ready = 0;
    int inCluster = 0;
    long beganNanos = System.nanoTime();
    while (System.nanoTime() - beganNanos < length.toNanos()) {
      var isReady = view.saysItIsReady(node);
      var isInCluster = view.isInCluster(node);
      looks += isReady.isPresent() && isInCluster.isPresent() ? 1 : 0;
      ready += isReady.orElse(false) ? 1 : 0;
      inCluster += isInCluster.orElse(false) ? 1 : 0;
      Patience.rest(LOOK_INTERVAL);
    }
    return new Solitude(length, looks, ready, inCluster);
  }

  /// Whether it did no work and made no cluster of its own.
  boolean isWaiting() {
    return looks > 0 && ready == 0 && inCluster == 0;
  }

  /// For people.
  String told() {
    return "ready at %d, in a cluster at %d of %d looks in %d s"
        .formatted(ready, inCluster, looks, length.toSeconds());
  }
}
