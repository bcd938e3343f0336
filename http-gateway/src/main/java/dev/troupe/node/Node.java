package dev.troupe.node;

import com.typesafe.config.Config;
import dev.troupe.actor.CatalogActor;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.cluster.Membership;
import dev.troupe.embedded.EmbeddedEngine;
import dev.troupe.gateway.GatewayPorts;
import dev.troupe.gateway.GatewayServer;
import dev.troupe.management.ManagementServer;
import dev.troupe.management.Readiness;
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
  private final Optional<GatewayServer> gateway;
  private final ManagementServer management;
  private final ActorRef<CatalogActor.Command> catalog;
  private final CompletionStage<Done> embedded;

  private Node(
      ActorSystem<Void> system,
      Optional<GatewayServer> gateway,
      ManagementServer management,
      ActorRef<CatalogActor.Command> catalog,
      CompletionStage<Done> embedded) {
    this.system = system;
    this.gateway = gateway;
    this.management = management;
    this.catalog = catalog;
    this.embedded = embedded;
  }

  /// Starts a node from a whole configuration, without an embedded engine.
  ///
  /// @throws ConfigurationException when the configuration cannot be used
  public static CompletionStage<Node> start(Config config) {
    return start(new Configuration(config, NodeSettings.of(config)), Optional.empty());
  }

  /// Starts a node. Completes when it is up in its cluster and listens.
  static CompletionStage<Node> start(
      Configuration configuration, Optional<EmbeddedEngine> embedded) {
    var settings = configuration.settings();
    var whole = settings.leaving().withPhases(configuration.whole());
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), ClusterSettings.SYSTEM, whole);
    var metrics = NodeMetrics.start(configuration.whole(), settings.hasMetricsAgent());
    var parts = new NodeParts(system, settings, new Instruments());
    var readiness = new Readiness(system);
    // The node can be asked how it does from here on, also while it waits for others.
    var managed =
        ManagementServer.start(
            system,
            settings.management(),
            parts.managementPorts(metrics),
            readiness,
            settings.cluster().discovery().asksOthers());
    var engineRuns = embedded.map(parts.engines::embed).orElseGet(Node::done);
    parts.engines.start();
    return managed
        // After its shards are there to be filled: a member without them holds the others up.
        .thenCompose(
            management -> Membership.join(system, settings.cluster(), management::lookForOthers))
        .thenCompose(_ -> listen(system, settings, parts.ports(metrics), readiness))
        .thenCombine(
            managed,
            (gateway, management) -> {
              NodeLeaving.prepare(system, settings.leaving(), parts, gateway);
              return new Node(system, gateway, management, parts.catalog, engineRuns);
            })
        .whenComplete((_, failure) -> {
          if (failure != null) {
            system.terminate();
          }
        });
  }

  /// Starts the gateway, where this node has the role.
  private static CompletionStage<Optional<GatewayServer>> listen(
      ActorSystem<?> system, NodeSettings settings, GatewayPorts ports, Readiness readiness) {
    if (!settings.hasGateway()) {
      return CompletableFuture.completedStage(Optional.empty());
    }
    return GatewayServer.start(system, settings.gateway(), ports)
        .thenApply(gateway -> {
          readiness.gatewayListens(gateway.address());
          return Optional.of(gateway);
        });
  }

  private static CompletionStage<Done> done() {
    return CompletableFuture.completedStage(Done.getInstance());
  }

  /// Where the gateway listens; empty on a node without the role.
  public Optional<InetSocketAddress> gateway() {
    return gateway.map(GatewayServer::address);
  }

  /// Where its management listens.
  public InetSocketAddress management() {
    return management.address();
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
