package dev.troupe.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Something bad that is done to a cluster, and made good again.
sealed interface Disruption {

  /// How long nodes may take to remove one that is lost.
  Duration DETECTION_LIMIT = Duration.ofSeconds(60);

  /// Does it, and returns when the cluster is whole again.
  Disturbance strike(TroupeCluster cluster);

  /// Which node is struck.
  enum Victim {
    /// The node that joined first.
    OLDEST,
    /// A node that takes calls, not the oldest where there are others.
    GATEWAY,
    /// The one that holds the scheduler of the model's pool.
    SCHEDULER,
    /// One that holds the actor of an engine.
    ENGINE;

    int in(TroupeCluster cluster) {
      return switch (this) {
        case OLDEST -> 0;
        case GATEWAY -> cluster.withRole(Layout.GATEWAY).getLast();
        case SCHEDULER -> known(cluster.view().holderOfScheduler());
        case ENGINE -> known(cluster.view().holderOfEngine());
      };
    }

    private int known(Optional<Integer> holder) {
      return holder.orElseThrow(
          () -> new IllegalStateException("no node says which is the victim: " + this));
    }
  }

  /// Kills a node's process at once and starts it again when the others have noticed.
  record Kill(Victim victim) implements Disruption {
    @Override
    public Disturbance strike(TroupeCluster cluster) {
      int victim = this.victim.in(cluster);
      long beganNanos = System.nanoTime();
      cluster.node(victim).kill();
      long struckNanos = System.nanoTime();
      var detection = cluster.awaitRemoved(victim, DETECTION_LIMIT);
      var recovery = recovery(cluster, victim, beganNanos);
      cluster.startAgain(victim);
      return lost(cluster, victim, beganNanos, struckNanos, detection, recovery);
    }
  }

  /// Takes the processor from a node for a time. One that is removed meanwhile ends by itself when it
  /// goes on, and is started again.
  ///
  /// @param isRemoved whether the time is long enough for the others to remove it
  record Pause(Victim victim, Duration length, boolean isRemoved) implements Disruption {
    @Override
    public Disturbance strike(TroupeCluster cluster) {
      int victim = this.victim.in(cluster);
      var node = cluster.node(victim);
      long beganNanos = System.nanoTime();
      node.pause();
      long struckNanos = System.nanoTime();
      var detection = isRemoved ? cluster.awaitRemoved(victim, length) : Optional.<Duration>empty();
      var recovery = isRemoved ? recovery(cluster, victim, beganNanos) : Duration.ZERO;
      restUntil(beganNanos + length.toNanos());
      node.resume();
      if (!isRemoved) {
        cluster.awaitWhole();
        return new Disturbance(
            node.name(),
            beganNanos,
            System.nanoTime(),
            List.of(),
            Optional.empty(),
            Duration.ZERO,
            Optional.empty());
      }
      node.awaitEnd();
      cluster.startAgain(victim);
      return lost(cluster, victim, beganNanos, struckNanos, detection, recovery);
    }
  }

  /// Cuts a node's network for a time. It must end by itself, and is started again afterwards.
  record CutOff(Victim victim, Duration length) implements Disruption {
    @Override
    public Disturbance strike(TroupeCluster cluster) {
      int victim = this.victim.in(cluster);
      long beganNanos = System.nanoTime();
      cluster.network().cut(victim);
      long struckNanos = System.nanoTime();
      Optional<Duration> detection;
      Duration recovery;
      try {
        detection = cluster.awaitRemoved(victim, length);
        recovery = recovery(cluster, victim, beganNanos);
        restUntil(beganNanos + length.toNanos());
      } finally {
        cluster.network().restore(victim);
      }
      cluster.node(victim).awaitEnd();
      cluster.startAgain(victim);
      return lost(cluster, victim, beganNanos, struckNanos, detection, recovery);
    }
  }

  /// Has each node leave in order and starts it again, one after the other.
  record RollingRestart() implements Disruption {
    @Override
    public Disturbance strike(TroupeCluster cluster) {
      long beganNanos = System.nanoTime();
      for (int node : cluster.view().positions()) {
        cluster.node(node).leave();
        cluster.startAgain(node);
      }
      return new Disturbance(
          "all nodes",
          beganNanos,
          System.nanoTime(),
          List.of(),
          Optional.empty(),
          Duration.ZERO,
          Optional.empty());
    }
  }

  /// Starts the first seed again while all others are paused. They have the cluster, though none of
  /// them answers: it must wait, and join them when they go on.
  ///
  /// @param alone for so long, from its first answer
  record LoneRestart(Duration alone) implements Disruption {

    private static final int FIRST_SEED = 0;

    @Override
    public Disturbance strike(TroupeCluster cluster) {
      var others = cluster.view().positions().stream().filter(node -> node != FIRST_SEED).toList();
      var firstSeed = cluster.node(FIRST_SEED);
      long beganNanos = System.nanoTime();
      others.forEach(node -> cluster.node(node).pause());
      firstSeed.kill();
      long struckNanos = System.nanoTime();
      firstSeed.startAgain();
      cluster.awaitAnswer(FIRST_SEED);
      var solitude = Solitude.of(FIRST_SEED, cluster.view(), alone);
      others.forEach(node -> cluster.node(node).resume());
      long resumedNanos = System.nanoTime();
      if (!solitude.isWaiting()) {
        // Two clusters never become one.
        throw new IllegalStateException("alone, the first seed does not wait: " + solitude.told());
      }
      cluster.awaitWhole();
      long endedNanos = System.nanoTime();
      var outages = new ArrayList<Outage>();
      outages.add(new Outage(FIRST_SEED, beganNanos, struckNanos, endedNanos));
      others.forEach(node -> outages.add(new Outage(node, beganNanos, struckNanos, resumedNanos)));
      return new Disturbance(
          firstSeed.name(),
          beganNanos,
          endedNanos,
          outages,
          Optional.empty(),
          Duration.ofNanos(endedNanos - beganNanos),
          Optional.of(solitude));
    }
  }

  private static void restUntil(long nanos) {
    Patience.rest(Duration.ofNanos(Math.max(0, nanos - System.nanoTime())));
  }

  private static Duration recovery(TroupeCluster cluster, int victim, long beganNanos) {
    cluster.awaitEnginesWatched(victim);
    return Duration.ofNanos(System.nanoTime() - beganNanos);
  }

  private static Disturbance lost(
      TroupeCluster cluster,
      int victim,
      long beganNanos,
      long struckNanos,
      Optional<Duration> detection,
      Duration recovery) {
    long endedNanos = System.nanoTime();
    return new Disturbance(
        cluster.node(victim).name(),
        beganNanos,
        endedNanos,
        List.of(new Outage(victim, beganNanos, struckNanos, endedNanos)),
        detection,
        recovery,
        Optional.empty());
  }
}
