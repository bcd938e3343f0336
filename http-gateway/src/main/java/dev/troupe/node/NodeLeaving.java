package dev.troupe.node;

import dev.troupe.actor.CallsActor;
import dev.troupe.gateway.GatewayServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/// How a node leaves, as tasks of Pekko's coordinated shutdown: `/ready` turns to 503, the port is
/// closed, open calls go on up to a limit; then engines, storage and actors stop.
final class NodeLeaving {

  private static final Duration ASK_LIMIT = Duration.ofSeconds(5);

  private NodeLeaving() {}

  static void prepare(
      ActorSystem<?> system, NodeSettings settings, NodeParts parts, GatewayServer gateway) {
    var shutdown = CoordinatedShutdown.get(system);
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeServiceUnbind(),
        "say-that-no-more-calls-should-come",
        () -> {
          gateway.drain();
          return CompletableFuture.completedStage(Done.getInstance());
        });
    shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "close-port", gateway::unbind);
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceRequestsDone(),
        "drain-calls",
        () ->
            AskPattern.ask(
                parts.calls,
                replyTo -> new CallsActor.Drain(settings.drainLimit(), replyTo),
                settings.drainLimit().plus(ASK_LIMIT),
                system.scheduler()));
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
        "close-connections-to-engines",
        parts.transport::close);
  }
}
