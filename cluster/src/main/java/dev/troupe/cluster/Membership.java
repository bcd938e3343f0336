package dev.troupe.cluster;

import dev.troupe.cluster.ClusterSettings.Role;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.MemberStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A node's entry into its cluster.
public final class Membership {

  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  /// A node that has not been let in for so long says so, and again after as long.
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Membership() {}

  /// Joins the seeds, or forms a cluster of one at once where there are none. Completes when this
  /// node is up; while no seed answers it keeps trying.
  public static CompletionStage<Done> join(ActorSystem<?> system, ClusterSettings settings) {
    return join(
        system,
        settings,
        () -> {
          throw new IllegalArgumentException(
              "troupe.cluster.discovery.method: a client joins by troupe.cluster.seeds");
        });
  }

  /// As [#join], for a node that can find others by asking.
  ///
  /// @param asking begins to look for others and to join them, where the settings want that
  public static CompletionStage<Done> join(
      ActorSystem<?> system, ClusterSettings settings, Runnable asking) {
    var cluster = Cluster.get(system);
    settings.tls().warning(Members.nameOf(cluster.selfAddress())).ifPresent(LOG::warn);
    var up = new CompletableFuture<Done>();
    cluster.registerOnMemberUp(() -> up.complete(Done.getInstance()));
    sayThatNobodyLetsItIn(system, settings, up);
    sayThatItWasGivenUp(system);
    RestartedNodes.start(system);
    if (settings.discovery().asksOthers()) {
      asking.run();
    } else {
      joinSeeds(system, cluster, settings.seeds());
    }
    return up;
  }

  /// Of the seeds, the first forms the cluster where there is none: see [Formation].
  private static void joinSeeds(ActorSystem<?> system, Cluster cluster, List<Address> seeds) {
    var own = cluster.selfAddress();
    var others = seeds.stream().filter(seed -> !seed.equals(own)).toList();
    boolean isFirst = !seeds.isEmpty() && seeds.getFirst().equals(own);
    Formation.start(system, isFirst ? others : List.of());
    if (others.isEmpty()) {
      cluster.join(own);
    } else {
      cluster.joinSeedNodes(others);
    }
  }

  private static void sayThatNobodyLetsItIn(
      ActorSystem<?> system, ClusterSettings settings, CompletableFuture<Done> up) {
    var seeds =
        settings.seeds().isEmpty()
            ? "any node found"
            : settings.seeds().stream().map(Members::nameOf).collect(Collectors.joining(", "));
    var saying =
        system
            .scheduler()
            .scheduleWithFixedDelay(
                PATIENCE,
                PATIENCE,
                () ->
                    LOG.warn(
                        "waits for {} to let this node in: one of them must be up, and to form a cluster"
                            + " more than half; they must reach this node, and have the same key in"
                            + " troupe.cluster.tls",
                        seeds),
                system.executionContext());
    up.thenRun(saying::cancel);
  }

  private static void sayThatItWasGivenUp(ActorSystem<?> system) {
    var shutdown = CoordinatedShutdown.get(system);
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeServiceUnbind(),
        "say-that-it-was-given-up",
        () -> {
          if (shutdown
              .getShutdownReason()
              .equals(Optional.of(CoordinatedShutdown.clusterDowningReason()))) {
            LOG.warn(
                "the cluster goes on without this node, as after a cut or a long pause; it ends, and joins"
                    + " anew when what supervises it starts it again");
          }
          return CompletableFuture.completedStage(Done.getInstance());
        });
  }

  /// Whether other nodes take calls in that would be this one's.
  public static boolean hasPeers(ActorSystem<?> system) {
    var cluster = Cluster.get(system);
    var state = cluster.state();
    return StreamSupport.stream(state.getMembers().spliterator(), false)
        .filter(member -> !member.uniqueAddress().equals(cluster.selfUniqueAddress()))
        .filter(member -> !state.getUnreachable().contains(member))
        .filter(member -> member.status().equals(MemberStatus.up()))
        .anyMatch(member -> member.hasRole(Role.GATEWAY.key()));
  }
}
