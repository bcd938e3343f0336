package dev.troupe.cluster;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Cluster;

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
}
