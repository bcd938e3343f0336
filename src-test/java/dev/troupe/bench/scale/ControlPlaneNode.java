package dev.troupe.bench.scale;

import com.typesafe.config.ConfigFactory;
import dev.troupe.actor.CallPorts;
import dev.troupe.actor.CallSettings;
import dev.troupe.actor.CallsActor;
import dev.troupe.actor.CatalogActor;
import dev.troupe.actor.DirectoryActor;
import dev.troupe.actor.EngineActor;
import dev.troupe.actor.EngineActors;
import dev.troupe.actor.EnginePorts;
import dev.troupe.actor.ModelPools;
import dev.troupe.actor.ProgramActor;
import dev.troupe.actor.ProgramPorts;
import dev.troupe.actor.Recorder;
import dev.troupe.actor.SchedulerActor;
import dev.troupe.actor.Standings;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.cluster.EngineNews;
import dev.troupe.cluster.LeavingNodes;
import dev.troupe.cluster.Membership;
import dev.troupe.cluster.ShardedPrograms;
import dev.troupe.cluster.ShardedSchedulers;
import dev.troupe.engine.EngineDescription;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineSettings;
import dev.troupe.metrics.Instruments;
import dev.troupe.program.ProgramSettings;
import dev.troupe.program.ServiceSettings;
import dev.troupe.schedule.ScheduleSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;

/// A node's control plane alone, in a process of its own: programs, schedulers, engines' actors and
/// calls as they ship, without HTTP, storage and engines. Obeys two commands on its standard input:
/// `load CALLERS` and `measure SECONDS`, which is answered by a line.
final class ControlPlaneNode {

  /// What `measure` is answered with.
  static final String RESULT = "measured";

  private static final String SETTINGS =
      """
      pekko.loglevel = "WARNING"
      pekko.coordinated-shutdown.exit-jvm = off
      troupe.program.passivate-after = 5s
      """;

  private ControlPlaneNode() {}

  /// @param arguments name, models, engines of this node, and the nodes to join where there are some
  public static void main(String[] arguments) throws Exception {
    var name = arguments[0];
    var models =
        IntStream.range(0, Integer.parseInt(arguments[1])).mapToObj(at -> "model-" + at).toList();
    var seeds = arguments.length > 3 ? "troupe.cluster.seeds = [\"" + arguments[3] + "\"]" : "";
    var config = ClusterSettings.nodeConfig(ConfigFactory.parseString(SETTINGS + seeds));
    ActorSystem<Void> system =
        ActorSystem.create(Behaviors.empty(), ClusterSettings.SYSTEM, config);
    var engines = new InstantEngines(Set.copyOf(models));
    var callers = new Callers(serve(system, name, arguments[2], engines), engines, name, models);
    Membership.join(system, ClusterSettings.of(config)).toCompletableFuture().join();
    var address = Cluster.get(system).selfMember().address();
    System.out.println(
        "ready at http://" + address.getHost().get() + ":" + address.getPort().get());
    obey(callers);
    system.terminate();
  }

  private static ActorRef<CallsActor.Command> serve(
      ActorSystem<?> system, String name, String engineCount, InstantEngines client) {
    var config = system.settings().config();
    var instruments = new Instruments();
    var engineActors = new EngineActors();
    var catalog =
        system.systemActorOf(
            CatalogActor.create(
                EngineSettings.of(config).forgetAfter(),
                List.of(),
                new ModelPools(),
                engineActors,
                _ -> {}),
            "catalog",
            Props.empty());
    var nodes = LeavingNodes.start(system);
    var schedulers =
        ShardedSchedulers.start(
            system,
            pool ->
                SchedulerActor.create(
                    pool, ScheduleSettings.of(config), nodes, instruments, System::nanoTime));
    var programSettings = ProgramSettings.of(config);
    var directory =
        system.systemActorOf(
            DirectoryActor.create(programSettings.maxResident(), nodes, System::nanoTime),
            "directory",
            Props.empty());
    var programPorts =
        new ProgramPorts(
            programSettings, schedulers, Standings.none(), directory, System::nanoTime);
    var programs =
        ShardedPrograms.start(
            system, (id, passivate) -> ProgramActor.create(id, programPorts, passivate));
    var enginePorts =
        new EnginePorts(
            EngineSettings.of(config),
            client,
            schedulers,
            EngineNews.start(system, catalog)::tell,
            nodes,
            instruments,
            System::nanoTime);
    for (int at = 0; at < Integer.parseInt(engineCount); at++) {
      system.systemActorOf(
          EngineActor.pinned(
              engine(name + "-engine-" + at), enginePorts, () -> UUID.randomUUID().toString()),
          "engine-" + at,
          Props.empty());
    }
    return system.systemActorOf(
        CallsActor.create(
            new CallPorts(
                programs,
                schedulers,
                client,
                engineActors,
                ServiceSettings.of(config).newModel(),
                CallSettings.of(config),
                instruments,
                Recorder.NONE,
                System::nanoTime)),
        "calls",
        Props.empty());
  }

  private static EngineDescription engine(String name) {
    return new EngineDescription(
        new EngineEndpoint(
            new EngineId(name),
            EngineEndpoint.Dialect.VLLM,
            URI.create("http://127.0.0.1:1"),
            Optional.empty(),
            EngineEndpoint.PriorityOrder.NONE),
        Set.of(),
        OptionalInt.empty(),
        OptionalLong.empty());
  }

  private static void obey(Callers callers) throws IOException, InterruptedException {
    var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (var line = commands.readLine(); line != null; line = commands.readLine()) {
      var words = List.of(line.split(" "));
      int number = Integer.parseInt(words.get(1));
      switch (words.getFirst()) {
        case "load" -> callers.start(number);
        case "measure" -> measure(callers, number);
        default -> throw new IllegalArgumentException(line);
      }
    }
  }

  private static void measure(Callers callers, int seconds) throws InterruptedException {
    callers.latencies().getIntervalHistogram();
    long startedNanos = System.nanoTime();
    var cpuBefore = cpuTime();
    Thread.sleep(seconds * 1000L);
    var latencies = callers.latencies().getIntervalHistogram();
    double elapsed = (System.nanoTime() - startedNanos) / 1e9;
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s %.1f %d %d %d %.3f",
            RESULT,
            latencies.getTotalCount() / elapsed,
            latencies.getValueAtPercentile(50),
            latencies.getValueAtPercentile(99),
            callers.failures(),
            cpuTime().minus(cpuBefore).toMillis() / 1e3 / elapsed));
  }

  private static Duration cpuTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
