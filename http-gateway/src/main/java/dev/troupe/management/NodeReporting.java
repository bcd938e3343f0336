package dev.troupe.management;

import dev.troupe.actor.CallsActor;
import dev.troupe.cluster.LocalShards;
import dev.troupe.cluster.LocalShards.Held;
import dev.troupe.management.NodeReport.StorageReport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/// Gathers what a node says of itself.
final class NodeReporting {

  private final ActorSystem<?> system;
  private final ManagementPorts ports;
  private final Readiness readiness;
  private final Duration limit;

  /// @param limit after which a part that has not answered is left out
  NodeReporting(ActorSystem<?> system, ManagementPorts ports, Readiness readiness, Duration limit) {
    this.system = system;
    this.ports = ports;
    this.readiness = readiness;
    this.limit = limit;
  }

  /// Answers within the limit. Never fails.
  CompletionStage<NodeReport> report() {
    var unready = within(readiness.missing(), Optional.of("it did not say in time"));
    var calls = within(openCalls(), OptionalInt.empty());
    var storage = within(storage(), Optional.<StorageReport>empty());
    var shards = within(LocalShards.held(system, limit), List.<Held>of());
    var schedulers = within(LocalShards.entities(system, "scheduler", limit), List.<String>of());
    return CompletableFuture.allOf(unready, calls, storage, shards, schedulers)
        .thenApply(_ ->
            new NodeReport(
                TimeUnit.SECONDS.toMillis(system.uptime()),
                readiness.gateway().map(NodeReporting::text),
                unready.join(),
                calls.join(),
                storage.join(),
                shards.join(),
                schedulers.join()));
  }

  private CompletionStage<OptionalInt> openCalls() {
    return AskPattern.<CallsActor.Command, Integer>ask(
            ports.calls(), CallsActor.Count::new, limit, system.scheduler())
        .thenApply(OptionalInt::of);
  }

  private CompletionStage<Optional<StorageReport>> storage() {
    return ports
        .standings()
        .health()
        .thenApply(health ->
            Optional.of(
                new StorageReport(
                    health.kind(),
                    health.isAvailable(),
                    health.unsavedPrograms(),
                    health.droppedPrograms(),
                    health.failure())));
  }

  private <T> CompletableFuture<T> within(CompletionStage<T> part, T otherwise) {
    return part.toCompletableFuture()
        .copy()
        .completeOnTimeout(otherwise, limit.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(_ -> otherwise);
  }

  static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }
}
