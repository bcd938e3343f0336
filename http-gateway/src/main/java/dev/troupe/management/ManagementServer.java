package dev.troupe.management;

import java.net.InetSocketAddress;
import java.util.Optional;
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
  private final Optional<Bootstrap> bootstrap;

  private ManagementServer(InetSocketAddress address, Optional<Bootstrap> bootstrap) {
    this.address = address;
    this.bootstrap = bootstrap;
  }

  /// Starts listening, and telling other nodes of this one. Fails with an
  /// `IllegalArgumentException` that names the key when the address cannot be had.
  ///
  /// @param asksOthers whether nodes find each other by asking here
  public static CompletionStage<ManagementServer> start(
      ActorSystem<?> system,
      ManagementSettings settings,
      ManagementPorts ports,
      Readiness readiness,
      boolean asksOthers) {
    var reporting = new NodeReporting(system, ports, readiness, settings.statusTimeout());
    system.systemActorOf(
        Behaviors.supervise(StatusActor.create(reporting::report))
            .onFailure(SupervisorStrategy.restart()),
        StatusActor.NAME,
        Props.empty());
    var bootstrap =
        asksOthers
            ? Optional.of(Bootstrap.of(system, settings.host(), settings.port()))
            : Optional.<Bootstrap>empty();
    var routes =
        new ManagementRoutes(system, ports, readiness, settings.statusTimeout(), bootstrap);
    sayWhenLeaving(system, readiness);
    return Http.get(system)
        .newServerAt(settings.host(), settings.port())
        .bind(routes::handle)
        .exceptionallyCompose(failure ->
            CompletableFuture.failedStage(
                new IllegalArgumentException(settings.cannotListen(failure), failure)))
        .thenApply(binding -> {
          closeLast(system, binding);
          return new ManagementServer(binding.localAddress(), bootstrap);
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

  /// Begins to look for other nodes; nothing where this node does not find them by asking.
  public void lookForOthers() {
    bootstrap.ifPresent(Bootstrap::start);
  }

  public InetSocketAddress address() {
    return address;
  }
}
