package dev.troupe.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.Config;
import dev.troupe.actor.CallPorts;
import dev.troupe.actor.CallsActor;
import dev.troupe.actor.CatalogActor;
import dev.troupe.actor.DirectoryActor;
import dev.troupe.actor.EngineActor;
import dev.troupe.actor.EngineClient;
import dev.troupe.actor.EnginePorts;
import dev.troupe.actor.ModelPools;
import dev.troupe.actor.ProgramActor;
import dev.troupe.actor.ProgramPorts;
import dev.troupe.actor.SchedulerActor;
import dev.troupe.actor.Schedulers;
import dev.troupe.actor.Standings;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.cluster.H2Standings;
import dev.troupe.cluster.Membership;
import dev.troupe.cluster.ShardedPrograms;
import dev.troupe.cluster.ShardedSchedulers;
import dev.troupe.connector.HttpEngineClient;
import dev.troupe.connector.NettyTransport;
import dev.troupe.embedded.EmbeddedEngine;
import dev.troupe.embedded.EmbeddedEngineActor;
import dev.troupe.engine.EngineDescription;
import dev.troupe.gateway.GatewayPorts;
import dev.troupe.gateway.GatewayServer;
import dev.troupe.gateway.ProgramList;
import dev.troupe.metrics.Instruments;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.Materializer;

/// A node of Troupe: all parts put together.
///
/// It leaves by Pekko's coordinated shutdown: `/ready` turns to 503, the port is closed, open calls
/// go on up to a limit, then the embedded engine, the storage and the actors stop.
public final class Node {

  private static final Duration ASK_LIMIT = Duration.ofSeconds(5);
  private static final LongSupplier CLOCK = System::nanoTime;

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
        ActorSystem.create(Behaviors.empty(), ClusterSettings.SYSTEM, config);
    var metrics = NodeMetrics.start(config, settings.hasMetricsAgent());
    var parts = new Parts(system, settings, new Instruments());
    // After its shards are there to be filled: a member without them holds the others up.
    var joined = Membership.join(system, settings.cluster());
    var engineRuns = embedded.map(parts::embed).orElseGet(() -> done());
    parts.spawnEngines();
    return joined
        .thenCompose(_ -> GatewayServer.start(system, settings.gateway(), parts.ports(metrics)))
        .thenApply(gateway -> {
          parts.leaveBy(gateway);
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

  /// The actors of a node and what they share.
  private static final class Parts {

    private final ActorSystem<Void> system;
    private final NodeSettings settings;
    private final Instruments instruments;
    private final NettyTransport transport;
    private final EngineClient client;
    private final Schedulers schedulers;
    private final Standings standings;
    private final ShardedPrograms programs;
    private final ModelPools pools = new ModelPools();
    private final ActorRef<CatalogActor.Command> catalog;
    private final ActorRef<DirectoryActor.Command> directory;
    private final ActorRef<CallsActor.Command> calls;

    Parts(ActorSystem<Void> system, NodeSettings settings, Instruments instruments) {
      this.system = system;
      this.settings = settings;
      this.instruments = instruments;
      this.transport = NettyTransport.create(settings.transport());
      this.client =
          new HttpEngineClient(
              transport, settings.connector(), Materializer.createMaterializer(system));
      this.catalog = spawn(CatalogActor.create(pools), "catalog");
      this.directory = spawn(DirectoryActor.create(), "directory");
      this.schedulers =
          ShardedSchedulers.start(
              system, pool -> SchedulerActor.create(pool, settings.schedule(), instruments, CLOCK));
      this.standings = H2Standings.start(system, settings.storage());
      var programPorts =
          new ProgramPorts(settings.program(), schedulers, standings, directory, CLOCK);
      this.programs =
          ShardedPrograms.start(
              system, (id, passivate) -> ProgramActor.create(id, programPorts, passivate));
      var callPorts =
          new CallPorts(
              programs,
              schedulers,
              client,
              settings.service().newModel(),
              settings.call(),
              instruments,
              CLOCK);
      // Its children are other callers' calls: one that is misled must not end them all.
      this.calls =
          system.systemActorOf(
              Behaviors.supervise(CallsActor.create(callPorts))
                  .onFailure(SupervisorStrategy.resume()),
              "calls",
              props());
    }

    GatewayPorts ports(Supplier<String> metrics) {
      return new GatewayPorts(
          calls, pools::of, catalog, programs, programList(), standings, metrics);
    }

    private ProgramList programList() {
      return (tenant, limit) ->
          AskPattern.<DirectoryActor.Command, DirectoryActor.Listing>ask(
                  directory,
                  replyTo -> new DirectoryActor.ListPrograms(tenant, limit, replyTo),
                  ASK_LIMIT,
                  system.scheduler())
              .thenApply(listing -> new ProgramList.Listed(listing.programs(), listing.total()));
    }

    void spawnEngines() {
      if (settings.cluster().roles().contains(ClusterSettings.Role.ENGINE)) {
        settings.engines().engines().forEach(this::spawnEngine);
      }
    }

    private void spawnEngine(EngineDescription engine) {
      var ports =
          new EnginePorts(settings.engine(), client, schedulers, catalog, instruments, CLOCK);
      var name = "engine-" + UUID.nameUUIDFromBytes(engine.endpoint().id().value().getBytes(UTF_8));
      var actor =
          spawn(
              EngineActor.create(engine, ports, () -> UUID.randomUUID().toString().substring(0, 8)),
              name);
      // Before the schedulers go: the cluster would wait for room for messages to them.
      CoordinatedShutdown.get(system)
          .addActorTerminationTask(
              CoordinatedShutdown.PhaseServiceStop(),
              "stop-" + name,
              Adapter.toClassic(actor),
              Optional.of(PoisonPill.getInstance()));
    }

    /// Starts the embedded engine, and takes it into service once it serves.
    CompletionStage<Done> embed(EmbeddedEngine engine) {
      var serves = new CompletableFuture<Done>();
      var listener = spawn(embeddedEvents(engine, serves), "embedded-engine-events");
      var supervisor =
          system.systemActorOf(engine.supervised(listener), "embedded-engine", props());
      CoordinatedShutdown.get(system)
          .addTask(
              CoordinatedShutdown.PhaseServiceStop(),
              "stop-embedded-engine",
              () ->
                  AskPattern.ask(
                      supervisor,
                      EmbeddedEngineActor.Stop::new,
                      settings.embedded().stopGrace().plus(ASK_LIMIT),
                      system.scheduler()));
      return serves;
    }

    private Behavior<EmbeddedEngineActor.Event> embeddedEvents(
        EmbeddedEngine engine, CompletableFuture<Done> serves) {
      return Behaviors.receiveMessage(event -> {
        switch (event) {
          case EmbeddedEngineActor.Serving _ -> {
            if (serves.complete(Done.getInstance())) {
              spawnEngine(
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

    void leaveBy(GatewayServer gateway) {
      var shutdown = CoordinatedShutdown.get(system);
      shutdown.addTask(
          CoordinatedShutdown.PhaseBeforeServiceUnbind(),
          "say-that-no-more-calls-should-come",
          () -> {
            gateway.drain();
            return done();
          });
      shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "close-port", gateway::unbind);
      shutdown.addTask(
          CoordinatedShutdown.PhaseServiceRequestsDone(),
          "drain-calls",
          () ->
              AskPattern.ask(
                  calls,
                  replyTo -> new CallsActor.Drain(settings.drainLimit(), replyTo),
                  settings.drainLimit().plus(ASK_LIMIT),
                  system.scheduler()));
      shutdown.addTask(
          CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
          "close-connections-to-engines",
          transport::close);
    }

    /// A node's own actors begin anew when they fail; who watched them announces itself again.
    private <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
      return system.systemActorOf(
          Behaviors.supervise(behavior).onFailure(SupervisorStrategy.restart()), name, props());
    }

    private static Props props() {
      return Props.empty();
    }
  }
}
