package dev.troupe.bench.runs;

import com.typesafe.config.ConfigFactory;
import dev.troupe.actor.RunSettings;
import dev.troupe.bench.runs.Overhead.Watch;
import dev.troupe.cluster.ClusterRuns;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.cluster.Membership;
import dev.troupe.cluster.RunRequest;
import dev.troupe.cluster.StorageSettings;
import dev.troupe.cluster.Troupe;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.RunPolicy.Durability;
import dev.troupe.run.RunState;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.DoubleStream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// A cluster of one node that holds runs, with a database of its own, and an application in its JVM whose
/// function the steps call.
final class RunNode implements AutoCloseable {

  private static final String FUNCTION = "nothing";

  private static final String SETTINGS =
      """
      troupe.storage.directory = "%s"
      pekko.loglevel = "WARNING"
      pekko.coordinated-shutdown { exit-jvm = off, run-by-jvm-shutdown-hook = off }
      """;

  private static final long LIMIT_MINUTES = 10;

  private final ActorSystem<Void> system;
  private final AtomicReference<Watch> watch = new AtomicReference<>(new Watch(0));

  private RunNode(ActorSystem<Void> system) {
    this.system = system;
  }

  static RunNode start(Path folder) {
    var config = ClusterSettings.nodeConfig(ConfigFactory.parseString(SETTINGS.formatted(folder)));
    ActorSystem<Void> system =
        ActorSystem.create(Behaviors.empty(), ClusterSettings.SYSTEM, config);
    now(Membership.join(system, ClusterSettings.of(config)));
    ClusterRuns.start(system, RunSettings.of(config), StorageSettings.of(config), List::of);
    var node = new RunNode(system);
    Troupe.get(system)
        .functions()
        .register(
            FUNCTION,
            arguments -> {
              int step = arguments.path("n").intValue();
              var current = Objects.requireNonNull(node.watch.get());
              current.begin(step);
              current.end(step);
              return arguments;
            });
    return node;
  }

  /// Many runs at a time.
  ManyRuns.Result many(Durability durability, int count, int steps) throws InterruptedException {
    return ManyRuns.measure(system, durability, count, steps);
  }

  /// @param warmUp runs that are not counted
  Overhead measure(Shape shape, Durability durability, int warmUp, int rounds) {
    var plan = shape.plan(FUNCTION);
    var parents = shape.parents();
    var policy = RunPolicy.DEFAULT.withMaxParallelism(shape.steps()).withDurability(durability);
    var steps = DoubleStream.builder();
    var wholes = DoubleStream.builder();
    for (int round = 0; round < warmUp + rounds; round++) {
      var run = new Watch(shape.steps());
      watch.set(run);
      var ended =
          now(
              Troupe.get(system)
                  .runs()
                  .submit(RunRequest.of(plan).within(policy))
                  .thenCompose(each -> each.end()));
      if (ended.state() != RunState.COMPLETED) {
        throw new IllegalStateException("a run has " + ended.state() + ": " + ended.error());
      }
      if (round >= warmUp) {
        Arrays.stream(run.stepMillis(parents)).forEach(steps::add);
        wholes.add(run.wholeMillis());
      }
    }
    return new Overhead(steps.build().toArray(), wholes.build().toArray());
  }

  @Override
  public void close() {
    system.terminate();
    now(system.getWhenTerminated());
  }

  private static <T> T now(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(LIMIT_MINUTES, TimeUnit.MINUTES).join();
  }
}
