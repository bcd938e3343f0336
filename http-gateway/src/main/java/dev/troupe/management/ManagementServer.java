package dev.troupe.management;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;

/// The listening end of management. It answers until the very end of a node that leaves, so that its
/// supervisor sees it alive while its calls end.
public final class ManagementServer {

  private final InetSocketAddress address;

  private ManagementServer(InetSocketAddress address) {
    this.address = address;
  }

  /// Starts listening, and telling other nodes of this one. Fails with an
  /// `IllegalArgumentException` that names the key when the address cannot be had.
  public static CompletionStage<ManagementServer> start(
      ActorSystem<?> system,
      ManagementSettings settings,
      ManagementPorts ports,
      Readiness readiness) {
    var reporting = new NodeReporting(system, ports, readiness, settings.statusTimeout());
    system.systemActorOf(
        Behaviors.supervise(StatusActor.create(reporting::report))
            .onFailure(SupervisorStrategy.restart()),
        StatusActor.NAME,
        Props.empty());
    var routes = new ManagementRoutes(system, ports, readiness, settings.statusTimeout());
    sayWhenLeaving(system, readiness);
    return Http.get(system)
        .newServerAt(settings.host(), settings.port())
        .bind(routes::handle)
        .exceptionallyCompose(failure ->
            CompletableFuture.failedStage(
                new IllegalArgumentException(settings.cannotListen(failure), failure)))
        .thenApply(binding -> {
          closeLast(system, binding);
          return new ManagementServer(binding.localAddress());
        });
  }

  private static void sayWhenLeaving(ActorSystem<?> system, Readiness readiness) {
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeServiceUnbind(),
            "say-that-the-node-is-not-ready",
            () -> {
              readiness.leaves();
              return CompletableFuture.completedStage(Done.getInstance());
            });
  }

  private static void closeLast(ActorSystem<?> system, ServerBinding binding) {
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
            "close-management-port",
            binding::unbind);
  }

  public InetSocketAddress address() {
    return address;
  }
}
