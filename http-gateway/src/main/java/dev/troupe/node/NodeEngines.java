package dev.troupe.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.troupe.actor.EngineActor;
import dev.troupe.actor.EnginePorts;
import dev.troupe.actor.EngineSearchActor;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.cluster.ShardedEngines;
import dev.troupe.connector.EngineSearch;
import dev.troupe.embedded.EmbeddedEngine;
import dev.troupe.embedded.EmbeddedEngineActor;
import dev.troupe.engine.EngineDescription;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// The engines that a node brings into the system: those of its configuration, those found on its host,
/// and the embedded one.
final class NodeEngines {

  private static final Duration ASK_LIMIT = Duration.ofSeconds(5);

  private final ActorSystem<?> system;
  private final NodeSettings settings;
  private final EnginePorts ports;
  private final EngineSearch search;

  NodeEngines(
      ActorSystem<?> system, NodeSettings settings, EnginePorts ports, EngineSearch search) {
    this.system = system;
    this.settings = settings;
    this.ports = ports;
    this.search = search;
  }

  /// Takes part in watching the engines of the configuration, where this node has the role.
  void start() {
    if (settings.cluster().roles().contains(ClusterSettings.Role.ENGINE)) {
      var found =
          ShardedEngines.start(
              system,
              settings.engines().shared(),
              settings.engine().keepInterval(),
              passivate -> EngineActor.kept(ports, NodeEngines::incarnation, passivate));
      if (!settings.engineSearch().urls().isEmpty()) {
        search(found);
      }
      settings.engines().engines().stream().filter(settings.engines()::isPinned).forEach(this::pin);
    }
  }

  /// Starts the embedded engine, and takes it into service once it serves.
  CompletionStage<Done> embed(EmbeddedEngine engine) {
    var serves = new CompletableFuture<Done>();
    var listener =
        NodeParts.spawn(system, embeddedEvents(engine, serves), "embedded-engine-events");
    var supervisor =
        system.systemActorOf(engine.supervised(listener), "embedded-engine", Props.empty());
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeClusterShutdown(),
            "stop-embedded-engine",
            () ->
                AskPattern.ask(
                    supervisor,
                    EmbeddedEngineActor.Stop::new,
                    settings.embedded().stopGrace().plus(ASK_LIMIT),
                    system.scheduler()));
    return serves;
  }

  private void search(Consumer<List<EngineDescription>> listener) {
    NodeParts.spawn(
        system,
        EngineSearchActor.create(
            settings.engineSearch(),
            settings.engines().engines(),
            search::recognize,
            listener,
            System::nanoTime),
        "engine-search");
  }

  private static String incarnation() {
    return UUID.randomUUID().toString().substring(0, 8);
  }

  /// An engine on this host is watched from here, and leaves with this node.
  private void pin(EngineDescription engine) {
    var name = "engine-" + UUID.nameUUIDFromBytes(engine.endpoint().id().value().getBytes(UTF_8));
    var actor =
        NodeParts.spawn(system, EngineActor.pinned(engine, ports, NodeEngines::incarnation), name);
    // Calls of other nodes may be on it. It goes before the schedulers: the cluster would wait for
    // somebody to take its messages to them.
    CoordinatedShutdown.get(system)
        .addTask(CoordinatedShutdown.PhaseServiceStop(), "retire-" + name, () -> retire(actor));
  }

  private CompletionStage<Done> retire(ActorRef<EngineActor.Command> engine) {
    return AskPattern.<EngineActor.Command, Done>ask(
            engine, EngineActor.Retire::new, settings.leaving().drainLimit(), system.scheduler())
        .exceptionally(_ -> {
          Adapter.toClassic(engine)
              .tell(PoisonPill.getInstance(), org.apache.pekko.actor.ActorRef.noSender());
          return Done.getInstance();
        });
  }

  private Behavior<EmbeddedEngineActor.Event> embeddedEvents(
      EmbeddedEngine engine, CompletableFuture<Done> serves) {
    return Behaviors.receiveMessage(event -> {
      switch (event) {
        case EmbeddedEngineActor.Serving _ -> {
          if (serves.complete(Done.getInstance())) {
            pin(
                new EngineDescription(
                    engine.endpoint(),
                    Set.of(engine.model()),
                    OptionalInt.of(settings.embedded().slots()),
                    OptionalLong.empty()));
          }
        }
        case EmbeddedEngineActor.Lost _ -> {}
        case EmbeddedEngineActor.GivenUp(var why) ->
            serves.completeExceptionally(new IllegalStateException(why));
      }
      return Behaviors.same();
    });
  }
}
