package dev.troupe.cluster;

import dev.troupe.actor.SchedulerActor;
import dev.troupe.actor.Schedulers;
import dev.troupe.cluster.ClusterSettings.Role;
import dev.troupe.program.ModelPool;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/// One scheduler for each model pool, on some node with the role `scheduler`.
///
/// A scheduler that fails is stopped; the next message to its pool makes a fresh, empty one. Waiting
/// calls announce themselves again and engines offer again.
public final class ShardedSchedulers implements Schedulers {

  static final EntityTypeKey<SchedulerActor.Command> KEY =
      EntityTypeKey.create(SchedulerActor.Command.class, "scheduler");

  private final ClusterSharding sharding;
  private final ActorRef<ShardingEnvelope<SchedulerActor.Command>> region;

  private ShardedSchedulers(
      ClusterSharding sharding, ActorRef<ShardingEnvelope<SchedulerActor.Command>> region) {
    this.sharding = sharding;
    this.region = region;
  }

  /// Takes part in holding schedulers, where this node has the role; else only finds them.
  ///
  /// @param factory makes the scheduler of a pool
  public static ShardedSchedulers start(
      ActorSystem<?> system, Function<ModelPool, Behavior<SchedulerActor.Command>> factory) {
    var entity = Entity.of(KEY, context -> factory.apply(new ModelPool(context.getEntityId())));
    var sharding = ClusterSharding.get(system);
    return new ShardedSchedulers(sharding, sharding.init(entity.withRole(Role.SCHEDULER.key())));
  }

  /// Finds schedulers from a node that holds none, or that has been started already.
  static ShardedSchedulers find(ActorSystem<?> system) {
    return start(
        system,
        pool -> {
          throw new IllegalStateException("this node holds no schedulers, asked for " + pool);
        });
  }

  @Override
  public void tell(ModelPool pool, SchedulerActor.Command command) {
    region.tell(new ShardingEnvelope<>(pool.model(), command));
  }

  /// How a pool's scheduler does. Fails when it has not answered by the limit.
  public CompletionStage<SchedulerActor.PoolView> describe(ModelPool pool, Duration limit) {
    return sharding.entityRefFor(KEY, pool.model()).ask(SchedulerActor.Describe::new, limit);
  }
}
