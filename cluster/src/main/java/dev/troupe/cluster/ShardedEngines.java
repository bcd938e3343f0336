package dev.troupe.cluster;

import dev.troupe.actor.EngineActor;
import dev.troupe.cluster.ClusterSettings.Role;
import dev.troupe.engine.EngineDescription;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.pattern.Patterns;

/// The engines that nodes with the role `engine` have in their configuration, or found on their
/// hosts: each has one actor among these nodes, however many have it.
///
/// Each of these nodes says at intervals which engines it has. That starts an engine's actor, and
/// starts it elsewhere when its node was lost; when no node speaks of an engine any more, its actor
/// ends.
public final class ShardedEngines {

  static final EntityTypeKey<EngineActor.Command> KEY =
      EntityTypeKey.create(EngineActor.Command.class, "engine");

  private static final Duration HANDOVER_LIMIT = Duration.ofSeconds(4);

  private sealed interface Keeping {}

  private record Tick() implements Keeping {}

  private record Found(List<EngineDescription> engines) implements Keeping {}

  /// Makes the actor of an engine, which begins with the first [EngineActor.Keep].
  @FunctionalInterface
  public interface Factory {

    /// @param passivate told by the actor, with itself, when no node has the engine any more
    Behavior<EngineActor.Command> create(Consumer<ActorRef<EngineActor.Command>> passivate);
  }

  private ShardedEngines() {}

  /// Takes part in holding engines' actors, and speaks of its own engines from now on. Only for nodes
  /// with the role.
  ///
  /// @param engines in the configuration of this node
  /// @param interval how often it speaks of them
  /// @return to be told of the engines that were found, all of them each time
  public static Consumer<List<EngineDescription>> start(
      ActorSystem<?> system, List<EngineDescription> engines, Duration interval, Factory factory) {
    var entity =
        Entity.of(
                KEY,
                context ->
                    factory.create(
                        self -> context.getShard().tell(new ClusterSharding.Passivate<>(self))))
            .withRole(Role.ENGINE.key());
    var region = ClusterSharding.get(system).init(entity);
    leaveBeforeSchedulers(system, region);
    var keeper =
        system.systemActorOf(keeper(region, engines, interval), "engine-keeper", Props.empty());
    return found -> keeper.tell(new Found(found));
  }

  /// Engines' actors offer room until they stop: a node whose schedulers have gone already would wait
  /// for a place for these messages.
  private static void leaveBeforeSchedulers(
      ActorSystem<?> system, ActorRef<ShardingEnvelope<EngineActor.Command>> region) {
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseServiceStop(),
            "hand-over-engines",
            () ->
                Patterns.gracefulStop(
                        Adapter.toClassic(region),
                        HANDOVER_LIMIT,
                        ShardRegion.gracefulShutdownInstance())
                    .handle((_, _) -> Done.getInstance()));
  }

  private static Behavior<Keeping> keeper(
      ActorRef<ShardingEnvelope<EngineActor.Command>> region,
      List<EngineDescription> configured,
      Duration interval) {
    return Behaviors.withTimers(timers -> {
      timers.startTimerWithFixedDelay(new Tick(), Duration.ZERO, interval);
      return keeping(region, configured, List.of());
    });
  }

  private static Behavior<Keeping> keeping(
      ActorRef<ShardingEnvelope<EngineActor.Command>> region,
      List<EngineDescription> configured,
      List<EngineDescription> found) {
    return Behaviors.receiveMessage(message ->
        switch (message) {
          case Found(var now) -> keeping(region, configured, now);
          case Tick _ -> {
            Stream.concat(configured.stream(), found.stream())
                .forEach(engine -> region.tell(keep(engine)));
            yield Behaviors.same();
          }
        });
  }

  private static ShardingEnvelope<EngineActor.Command> keep(EngineDescription engine) {
    return new ShardingEnvelope<>(engine.endpoint().id().value(), new EngineActor.Keep(engine));
  }
}
