package dev.troupe.cluster;

import dev.troupe.cluster.ClusterSettings.Role;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.StreamSupport;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.MemberStatus;

/// A node's entry into its cluster.
public final class Membership {

  private Membership() {}

  /// Joins the seeds, or forms a cluster of one at once where there are none. Completes when this
  /// node is up; while no seed answers it keeps trying.
  public static CompletionStage<Done> join(ActorSystem<?> system, ClusterSettings settings) {
    var cluster = Cluster.get(system);
    var up = new CompletableFuture<Done>();
    cluster.registerOnMemberUp(() -> up.complete(Done.getInstance()));
    if (settings.seeds().isEmpty()) {
      cluster.join(cluster.selfAddress());
    } else {
      cluster.joinSeedNodes(settings.seeds());
    }
    return up;
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
