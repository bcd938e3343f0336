package dev.troupe.cluster;

import dev.troupe.actor.CatalogActor;
import dev.troupe.actor.DirectoryActor;
import dev.troupe.actor.EngineActor;
import dev.troupe.actor.EngineActors;
import dev.troupe.actor.EngineClientProvider;
import dev.troupe.actor.EnginePorts;
import dev.troupe.actor.ModelPools;
import dev.troupe.actor.ProgramActor;
import dev.troupe.actor.ProgramPorts;
import dev.troupe.actor.SchedulerActor;
import dev.troupe.actor.Standings;
import dev.troupe.engine.EngineDescription;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineEndpoint.PriorityOrder;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineSettings;
import dev.troupe.metrics.Instruments;
import dev.troupe.program.ProgramSettings;
import dev.troupe.schedule.ScheduleSettings;
import dev.troupe.simulated.SimulatedEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.Behavior;

/// A node that holds programs, schedulers and one engine, which is simulated and takes one call at a time;
/// it takes no calls in.
final class ServingNode implements AutoCloseable {

  static final String MODEL = "any-model";

  private final ActorTestKit node;
  private final SimulatedEngine engine;

  private ServingNode(ActorTestKit node, SimulatedEngine engine) {
    this.node = node;
    this.engine = engine;
  }

  /// @param engineFlags of the simulated engine, beside its model and its port
  static ServingNode up(String... engineFlags) {
    var flags = new ArrayList<>(List.of("--port=0", "--models=" + MODEL));
    flags.addAll(List.of(engineFlags));
    var engine = SimulatedEngine.start(flags.toArray(String[]::new));
    var node = TestNodes.create("");
    serve(node, engine);
    TestNodes.join(node);
    return new ServingNode(node, engine);
  }

  ActorTestKit node() {
    return node;
  }

  SimulatedEngine engine() {
    return engine;
  }

  @Override
  public void close() {
    node.shutdownTestKit();
    engine.close();
  }

  private static void serve(ActorTestKit node, SimulatedEngine engine) {
    var system = node.system();
    var config = system.settings().config();
    var instruments = new Instruments();
    var nodes = LeavingNodes.start(system);
    var schedulers =
        ShardedSchedulers.start(
            system,
            pool ->
                SchedulerActor.create(
                    pool, ScheduleSettings.of(config), nodes, instruments, System::nanoTime));
    var programPorts =
        new ProgramPorts(
            ProgramSettings.of(config),
            schedulers,
            Standings.none(),
            node.spawn(DirectoryActor.create(1000, nodes, System::nanoTime)),
            System::nanoTime);
    ShardedPrograms.start(
        system, (id, passivate) -> ProgramActor.create(id, programPorts, passivate));
    var enginePorts =
        new EnginePorts(
            EngineSettings.of(config),
            ServiceLoader.load(EngineClientProvider.class).findFirst().orElseThrow().create(system),
            schedulers,
            EngineNews.start(system, node.spawn(catalog()))::tell,
            nodes,
            instruments,
            System::nanoTime);
    node.spawn(
        EngineActor.pinned(description(engine), enginePorts, () -> UUID.randomUUID().toString()));
  }

  private static Behavior<CatalogActor.Command> catalog() {
    return CatalogActor.create(
        Duration.ofMinutes(1), List.of(), new ModelPools(), new EngineActors(), _ -> {});
  }

  private static EngineDescription description(SimulatedEngine engine) {
    return new EngineDescription(
        new EngineEndpoint(
            new EngineId("simulated"),
            Dialect.VLLM,
            engine.url(),
            Optional.empty(),
            PriorityOrder.NONE),
        Set.of(),
        OptionalInt.of(1),
        OptionalLong.empty());
  }
}
