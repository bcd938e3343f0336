package dev.troupe.chaos;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/// The ways into the cluster as a load balancer sees them: those whose `/ready` answered 200 at the
/// last look take calls in turn.
final class Gateways implements AutoCloseable {

  private static final Duration LOOK_INTERVAL = Duration.ofMillis(250);
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(1);

  private final List<NodeAddress> nodes;
  private final AtomicIntegerArray ready;
  private final AtomicInteger turn = new AtomicInteger();
  private final ScheduledExecutorService looks;

  /// @param nodes those that are gateways, by their position in the cluster
  Gateways(Web web, List<NodeAddress> nodes, List<Integer> gateways) {
    this.nodes = nodes;
    this.ready = new AtomicIntegerArray(nodes.size());
    this.looks = Executors.newScheduledThreadPool(gateways.size(), Thread.ofVirtual().factory());
    for (int node : gateways) {
      ready.set(node, 1);
      looks.scheduleWithFixedDelay(
          () ->
              ready.set(
                  node, web.isOk(nodes.get(node).gateway().resolve("/ready"), LOOK_LIMIT) ? 1 : 0),
          0,
          LOOK_INTERVAL.toMillis(),
          TimeUnit.MILLISECONDS);
    }
  }

  NodeAddress address(int node) {
    return nodes.get(node);
  }

  boolean isReady(int node) {
    return ready.get(node) == 1;
  }

  /// The next in turn of those that are ready; of all nodes when none is.
  int next() {
    var candidates = IntStream.range(0, nodes.size()).filter(this::isReady).toArray();
    int at = Math.floorMod(turn.getAndIncrement(), Math.max(1, candidates.length));
    return candidates.length == 0 ? Math.floorMod(turn.get(), nodes.size()) : candidates[at];
  }

  @Override
  public void close() {
    looks.shutdownNow();
  }
}
