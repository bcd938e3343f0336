package dev.troupe.node;

import dev.troupe.actor.CallPorts;
import dev.troupe.actor.CallsActor;
import dev.troupe.actor.CatalogActor;
import dev.troupe.actor.DirectoryActor;
import dev.troupe.actor.EngineActors;
import dev.troupe.actor.EnginePorts;
import dev.troupe.actor.ModelPools;
import dev.troupe.actor.ProgramActor;
import dev.troupe.actor.ProgramPorts;
import dev.troupe.actor.Recording;
import dev.troupe.actor.SchedulerActor;
import dev.troupe.actor.Standings;
import dev.troupe.cluster.ClusterRuns;
import dev.troupe.cluster.Directories;
import dev.troupe.cluster.EngineNews;
import dev.troupe.cluster.LeavingNodes;
import dev.troupe.cluster.ShardedPrograms;
import dev.troupe.cluster.ShardedSchedulers;
import dev.troupe.cluster.StoredStandings;
import dev.troupe.connector.EngineSearch;
import dev.troupe.connector.HttpEngineClient;
import dev.troupe.connector.NettyTransport;
import dev.troupe.engine.EngineId;
import dev.troupe.gateway.GatewayPorts;
import dev.troupe.gateway.ProgramList;
import dev.troupe.management.ManagementPorts;
import dev.troupe.metrics.Instruments;
import dev.troupe.plan.ToolCatalog;
import dev.troupe.run.AllowedHosts;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.Materializer;

/// The actors of a node and what they share.
final class NodeParts {

  private static final Duration ASK_LIMIT = Duration.ofSeconds(5);
  private static final LongSupplier CLOCK = System::nanoTime;

  final ActorRef<CallsActor.Command> calls;
  final ActorRef<CatalogActor.Command> catalog;
  final NettyTransport transport;
  final NodeEngines engines;

  private final ActorSystem<?> system;
  private final ModelPools pools = new ModelPools();
  private final EngineActors engineActors = new EngineActors();
  private final ActorRef<DirectoryActor.Command> directory;
  private final ShardedSchedulers schedulers;
  private final Standings standings;
  private final ShardedPrograms programs;
  private final ClusterRuns runs;
  private final ToolCatalog tools;
  private final AllowedHosts hosts;

  NodeParts(ActorSystem<?> system, NodeSettings settings, Instruments instruments) {
    this.system = system;
    this.transport = NettyTransport.create(settings.transport());
    var materializer = Materializer.createMaterializer(system);
    var client = new HttpEngineClient(transport, settings.connector(), materializer);
    this.catalog =
        spawn(
            system,
            CatalogActor.create(
                settings.engine().forgetAfter(),
                settings.watchedEngines(),
                pools,
                engineActors,
                this::engineMoved),
            "catalog");
    var nodes = LeavingNodes.start(system);
    this.directory =
        spawn(
            system,
            DirectoryActor.create(settings.program().maxResident(), nodes, CLOCK),
            "directory");
    Directories.connect(system, directory);
    this.schedulers =
        ShardedSchedulers.start(
            system,
            pool -> SchedulerActor.create(pool, settings.schedule(), nodes, instruments, CLOCK));
    NodeWarnings.of(settings).forEach(system.log()::warn);
    this.standings = StoredStandings.start(system, settings.storage());
    var programPorts =
        new ProgramPorts(settings.program(), schedulers, standings, directory, CLOCK);
    this.programs =
        ShardedPrograms.start(
            system, (id, passivate) -> ProgramActor.create(id, programPorts, passivate));
    this.runs = ClusterRuns.start(system, settings.run(), settings.storage(), pools::names);
    this.tools = settings.run().functions();
    this.hosts = new AllowedHosts(settings.run().allowedHosts());
    this.calls =
        spawnCalls(
            new CallPorts(
                programs,
                schedulers,
                client,
                engineActors,
                settings.service().newModel(),
                settings.call(),
                instruments,
                Recording.recorder(system),
                CLOCK));
    this.engines =
        new NodeEngines(
            system,
            settings,
            new EnginePorts(
                settings.engine(),
                client,
                schedulers,
                EngineNews.start(system, catalog)::tell,
                nodes,
                instruments,
                CLOCK),
            new EngineSearch(
                transport, settings.connector(), materializer, settings.engineSearch().apiKey()));
  }

  GatewayPorts ports(Supplier<String> metrics) {
    return new GatewayPorts(
        calls,
        pools::of,
        catalog,
        programs,
        programList(),
        standings,
        runs.runs(),
        runs.functions(),
        runs.journal(),
        runs.schedules(),
        runs.analyst(),
        runs.models(),
        tools,
        hosts,
        metrics);
  }

  ManagementPorts managementPorts(Supplier<String> metrics) {
    return new ManagementPorts(calls, catalog, engineActors, schedulers, standings, metrics);
  }

  /// Has the runs on this node leave in order; see [ClusterRuns#leave].
  CompletionStage<Done> leaveRuns(Duration limit) {
    return runs.leave(system, limit);
  }

  /// A node's own actors begin anew when they fail; who watched them announces itself again.
  static <T> ActorRef<T> spawn(ActorSystem<?> system, Behavior<T> behavior, String name) {
    return system.systemActorOf(
        Behaviors.supervise(behavior).onFailure(SupervisorStrategy.restart()), name, Props.empty());
  }

  /// Its children are other callers' calls: one that is misled must not end them all.
  private ActorRef<CallsActor.Command> spawnCalls(CallPorts ports) {
    return system.systemActorOf(
        Behaviors.supervise(CallsActor.create(ports)).onFailure(SupervisorStrategy.resume()),
        "calls",
        Props.empty());
  }

  private void engineMoved(EngineId engine) {
    calls.tell(new CallsActor.EngineMoved(engine));
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
}
