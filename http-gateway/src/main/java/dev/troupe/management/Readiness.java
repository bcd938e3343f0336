package dev.troupe.management;

import dev.troupe.cluster.ClusterSettings.Role;
import dev.troupe.cluster.Members;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.ClusterShardingHealthCheck;
import scala.jdk.javaapi.FutureConverters;

/// Whether this node can do what its roles say, so that work may be sent to it.
///
/// An engine that is away does not make a node unready: calls for its models wait.
public final class Readiness {

  private static final CompletionStage<Optional<String>> READY =
      CompletableFuture.completedStage(Optional.empty());

  private final Cluster cluster;
  private final ClusterShardingHealthCheck shards;
  private final CompletableFuture<InetSocketAddress> gateway = new CompletableFuture<>();
  private final CompletableFuture<Done> leaving = new CompletableFuture<>();

  public Readiness(ActorSystem<?> system) {
    this.cluster = Cluster.get(system);
    this.shards = new ClusterShardingHealthCheck(Adapter.toClassic(system));
  }

  /// The gateway takes calls from now on.
  public void gatewayListens(InetSocketAddress address) {
    gateway.complete(address);
  }

  /// The node leaves; no more work should come.
  public void leaves() {
    leaving.complete(Done.getInstance());
  }

  /// Where the gateway listens; empty while it does not.
  Optional<InetSocketAddress> gateway() {
    return gateway.isDone() ? Optional.of(gateway.join()) : Optional.empty();
  }

  /// Why this node is not ready; empty when it is. Never fails.
  CompletionStage<Optional<String>> missing() {
    if (leaving.isDone()) {
      return no("the node leaves");
    }
    var status = cluster.selfMember().status();
    if (!status.equals(MemberStatus.up())) {
      return no(
          status.equals(MemberStatus.removed())
              ? "the node has not found its cluster yet"
              : "the node is not up in its cluster: " + Members.nameOf(status));
    }
    var roles = cluster.getSelfRoles();
    if (roles.contains(Role.GATEWAY.key()) && gateway().isEmpty()) {
      return no("the gateway does not listen yet");
    }
    if (!Members.haveRole(cluster, Role.SCHEDULER)) {
      return no(Members.NO_SCHEDULER);
    }
    return hasFoundShards()
        .thenCompose(
            hasFound -> hasFound ? READY : no("the shards have not found their coordinator yet"));
  }

  /// Whether every type of shard was found once. They are found again within a second or two when
  /// their coordinator moves.
  private CompletionStage<Boolean> hasFoundShards() {
    return FutureConverters.asJava(shards.apply())
        .thenApply(Boolean.TRUE::equals)
        .exceptionally(_ -> false);
  }

  private static CompletionStage<Optional<String>> no(String reason) {
    return CompletableFuture.completedStage(Optional.of(reason));
  }
}
