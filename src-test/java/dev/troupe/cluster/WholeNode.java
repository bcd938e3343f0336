package dev.troupe.cluster;

import dev.troupe.actor.CallEvent;
import dev.troupe.actor.CallPorts;
import dev.troupe.actor.CallRequest;
import dev.troupe.actor.CallSettings;
import dev.troupe.actor.CallsActor;
import dev.troupe.actor.CatalogActor;
import dev.troupe.actor.DirectoryActor;
import dev.troupe.actor.EngineActor;
import dev.troupe.actor.EngineActors;
import dev.troupe.actor.EngineClient;
import dev.troupe.actor.EnginePorts;
import dev.troupe.actor.ModelPools;
import dev.troupe.actor.ProgramActor;
import dev.troupe.actor.ProgramPorts;
import dev.troupe.actor.Recorder;
import dev.troupe.actor.SchedulerActor;
import dev.troupe.actor.Standings;
import dev.troupe.engine.EngineDescription;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineSettings;
import dev.troupe.engine.RequestBody;
import dev.troupe.metrics.Instruments;
import dev.troupe.program.Call;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramSettings;
import dev.troupe.program.ServiceSettings;
import dev.troupe.schedule.ScheduleSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;

/// A node that makes calls and holds programs and schedulers; with engines that the test plays.
final class WholeNode {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration FORGET_AFTER = Duration.ofSeconds(5);

  final ActorTestKit kit;
  final ShardedPrograms programs;
  final ShardedSchedulers schedulers;

  private final EngineClient engines;
  private final EnginePorts enginePorts;
  private final ActorRef<CallsActor.Command> calls;

  private WholeNode(ActorTestKit kit, EngineClient engines) {
    this.kit = kit;
    this.engines = engines;
    var system = kit.system();
    var config = system.settings().config();
    var instruments = new Instruments();
    var nodes = LeavingNodes.start(system);
    this.schedulers =
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
            kit.spawn(DirectoryActor.create(1000, nodes, System::nanoTime)),
            System::nanoTime);
    this.programs =
        ShardedPrograms.start(
            system, (id, passivate) -> ProgramActor.create(id, programPorts, passivate));
    var engineActors = new EngineActors();
    var catalog =
        kit.spawn(
            CatalogActor.create(FORGET_AFTER, List.of(), new ModelPools(), engineActors, _ -> {}));
    this.enginePorts =
        new EnginePorts(
            EngineSettings.of(config),
            engines,
            schedulers,
            EngineNews.start(system, catalog)::tell,
            nodes,
            instruments,
            System::nanoTime);
    this.calls =
        kit.spawn(CallsActor.create(callPorts(system, engineActors, instruments)), "calls");
  }

  private CallPorts callPorts(
      ActorSystem<?> system, EngineActors engineActors, Instruments instruments) {
    var config = system.settings().config();
    return new CallPorts(
        programs,
        schedulers,
        engines,
        engineActors,
        ServiceSettings.of(config).newModel(),
        CallSettings.of(config),
        instruments,
        Recorder.NONE,
        System::nanoTime);
  }

  /// Starts a node and joins.
  ///
  /// @param overrides of the configuration, as HOCON
  static WholeNode up(String overrides, EngineClient engines) {
    var node = new WholeNode(TestNodes.create(overrides), engines);
    TestNodes.join(node.kit);
    return node;
  }

  /// Starts an engine's actor on this node.
  ///
  /// @param slots calls that it takes at a time
  ActorRef<EngineActor.Command> startEngine(String name, Set<String> models, int slots) {
    var description =
        new EngineDescription(
            new EngineEndpoint(
                new EngineId(name),
                EngineEndpoint.Dialect.VLLM,
                URI.create("http://127.0.0.1:1"),
                Optional.empty(),
                EngineEndpoint.PriorityOrder.NONE),
            models,
            OptionalInt.of(slots),
            OptionalLong.empty());
    return kit.spawn(EngineActor.pinned(description, enginePorts, () -> name));
  }

  void call(Call call, Consumer<CallEvent> listener) {
    calls.tell(
        new CallsActor.Start(
            call,
            new CallRequest("/v1", List.of(), new RequestBody(new byte[0], 0, List.of()), false),
            "test",
            false,
            Program.Declared.NOTHING,
            Duration.ofMinutes(1),
            listener));
  }

  /// What lives on this node of a type, such as `program`.
  List<String> entities(String type) {
    return LocalShards.entities(kit.system(), type, LIMIT)
        .toCompletableFuture()
        .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
        .join();
  }
}
