package dev.troupe.node;

import dev.troupe.actor.CallsActor;
import dev.troupe.cluster.Membership;
import dev.troupe.gateway.GatewayServer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a node leaves, as tasks of Pekko's coordinated shutdown.
///
/// ```
///  before-service-unbind    /ready is 503, every answer says `Connection: close`; calls are taken.
///                           Lasts for `leave-notice` where there are other nodes to go to.
///  service-unbind           The port is closed. Runs start no more steps here.
///  service-requests-done    Connections end as they fall quiet, steps of runs as they are done. What
///                           is open at `drain-limit` is ended with an error that says so; steps
///                           are cancelled, and go on elsewhere as their `repeat` says.
///  service-stop             Programs acknowledge what their last calls have cost.
///  then, by Pekko           Engines, shards and the member leave; storage is flushed.
/// ```
///
/// Pekko's own end of an HTTP server would not do: it counts a request as done once the head of its
/// answer is out, and cuts streams.
final class NodeLeaving {

  private static final Logger LOG = LoggerFactory.getLogger(NodeLeaving.class);

  /// A connection on which nothing has been answered for so long ends. Its client, which may have just
  /// read the end of a stream, has sent its next call by then or is not about to.
  private static final Duration QUIET = Duration.ofSeconds(1);

  /// For answers that have ended to reach their clients.
  private static final Duration LAST_BYTES = Duration.ofSeconds(2);

  private final ActorSystem<?> system;
  private final LeavingSettings settings;
  private final NodeParts parts;
  private final GatewayServer gateway;

  private NodeLeaving(
      ActorSystem<?> system, LeavingSettings settings, NodeParts parts, GatewayServer gateway) {
    this.system = system;
    this.settings = settings;
    this.parts = parts;
    this.gateway = gateway;
  }

  /// @param gateway where the node has one
  static void prepare(
      ActorSystem<?> system,
      LeavingSettings settings,
      NodeParts parts,
      Optional<GatewayServer> gateway) {
    var shutdown = CoordinatedShutdown.get(system);
    gateway.ifPresent(server -> new NodeLeaving(system, settings, parts, server).prepare(shutdown));
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceUnbind(),
        "stop-starting-steps",
        () -> {
          parts.leaveRuns(settings.drainLimit());
          return CompletableFuture.completedStage(Done.getInstance());
        });
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceRequestsDone(),
        "end-steps",
        () -> parts.leaveRuns(settings.drainLimit()));
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
        "close-connections-to-engines",
        parts.transport::close);
  }

  private void prepare(CoordinatedShutdown shutdown) {
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeServiceUnbind(), "give-notice", this::giveNotice);
    shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "close-port", gateway::unbind);
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceRequestsDone(), "end-connections", this::endConnections);
    shutdown.addTask(CoordinatedShutdown.PhaseServiceStop(), "charge-programs", this::charge);
  }

  private CompletionStage<Done> giveNotice() {
    gateway.drain();
    if (!Membership.hasPeers(system)) {
      return CompletableFuture.completedStage(Done.getInstance());
    }
    LOG.info("leaving; calls are taken for another {} ms", settings.notice().toMillis());
    var noticed = new CompletableFuture<Done>();
    system
        .scheduler()
        .scheduleOnce(
            settings.notice(),
            () -> noticed.complete(Done.getInstance()),
            system.executionContext());
    return noticed;
  }

  private CompletionStage<Done> endConnections() {
    // Without peers there is nowhere to send a next call to, and nothing to wait for.
    var quiet = Membership.hasPeers(system) ? QUIET : Duration.ZERO;
    return gateway.endConnections(quiet, settings.drainLimit()).exceptionallyCompose(_ -> cutOff());
  }

  private CompletionStage<Done> cutOff() {
    parts.calls.tell(new CallsActor.Drain(Duration.ZERO, system.ignoreRef()));
    return gateway.endConnections(Duration.ZERO, LAST_BYTES);
  }

  /// Nobody else could charge programs for what their calls from here have cost.
  private CompletionStage<Done> charge() {
    return AskPattern.ask(
        parts.calls,
        replyTo -> new CallsActor.Drain(Duration.ZERO, replyTo),
        CallsActor.drainTime(Duration.ZERO),
        system.scheduler());
  }
}
