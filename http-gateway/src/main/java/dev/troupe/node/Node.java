package dev.troupe.node;

import com.typesafe.config.Config;
import dev.troupe.actor.CatalogActor;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.cluster.Membership;
import dev.troupe.embedded.EmbeddedEngine;
import dev.troupe.gateway.GatewayServer;
import dev.troupe.metrics.Instruments;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// A node of Troupe: all parts put together.
///
/// It leaves by Pekko's coordinated shutdown; [NodeLeaving] says how.
public final class Node {

  private final ActorSystem<Void> system;
  private final GatewayServer gateway;
  private final ActorRef<CatalogActor.Command> catalog;
  private final CompletionStage<Done> embedded;

  private Node(
      ActorSystem<Void> system,
      GatewayServer gateway,
      ActorRef<CatalogActor.Command> catalog,
      CompletionStage<Done> embedded) {
    this.system = system;
    this.gateway = gateway;
    this.catalog = catalog;
    this.embedded = embedded;
  }

  /// Starts a node from a whole configuration, without an embedded engine.
  ///
  /// @throws ConfigurationException when the configuration cannot be used
  public static CompletionStage<Node> start(Config config) {
    return start(NodeSettings.of(config), config, Optional.empty());
  }

  /// Starts a node. Completes when the gateway listens.
  static CompletionStage<Node> start(
      NodeSettings settings, Config config, Optional<EmbeddedEngine> embedded) {
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(), ClusterSettings.SYSTEM, settings.leaving().withPhases(config));
    var metrics = NodeMetrics.start(config, settings.hasMetricsAgent());
    var parts = new NodeParts(system, settings, new Instruments());
    // After its shards are there to be filled: a member without them holds the others up.
    var joined = Membership.join(system, settings.cluster());
    var engineRuns = embedded.map(parts.engines::embed).orElseGet(Node::done);
    parts.engines.start();
    return joined
        .thenCompose(_ -> GatewayServer.start(system, settings.gateway(), parts.ports(metrics)))
        .thenApply(gateway -> {
          NodeLeaving.prepare(system, settings.leaving(), parts, gateway);
          return new Node(system, gateway, parts.catalog, engineRuns);
        })
        .whenComplete((_, failure) -> {
          if (failure != null) {
            system.terminate();
          }
        });
  }

  private static CompletionStage<Done> done() {
    return CompletableFuture.completedStage(Done.getInstance());
  }

  /// Where the gateway listens.
  public InetSocketAddress address() {
    return gateway.address();
  }

  public ActorSystem<Void> system() {
    return system;
  }

  /// Completes with the models there are, once an engine answers; fails when the embedded engine is
  /// given up before that.
  public CompletionStage<List<String>> models() {
    var limit = Duration.ofMinutes(10);
    CompletionStage<List<String>> served =
        AskPattern.ask(catalog, CatalogActor.AwaitModels::new, limit, system.scheduler());
    return embedded.thenCompose(_ -> served);
  }

  /// Leaves the cluster: drains and stops. Completes when all has stopped.
  public CompletionStage<Done> stop() {
    return CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.actorSystemTerminateReason());
  }
}
