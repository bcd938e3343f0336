package dev.troupe.cluster;

import dev.troupe.actor.FunctionActor;
import dev.troupe.actor.Functions;
import dev.troupe.cluster.ClusterSettings.Role;
import dev.troupe.program.Tenant;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/// Functions spread over the nodes with the role `scheduler`; each of a tenant has one actor among them.
public final class ShardedFunctions implements Functions {

  static final EntityTypeKey<FunctionActor.Command> KEY =
      EntityTypeKey.create(FunctionActor.Command.class, "function");

  private static final Duration ASK_LIMIT = Duration.ofSeconds(10);

  private final ClusterSharding sharding;
  private final ActorRef<ShardingEnvelope<FunctionActor.Command>> region;

  private ShardedFunctions(
      ClusterSharding sharding, ActorRef<ShardingEnvelope<FunctionActor.Command>> region) {
    this.sharding = sharding;
    this.region = region;
  }

  /// Takes part in holding functions, where this node has the role; else only finds them.
  public static ShardedFunctions start(ActorSystem<?> system) {
    var sharding = ClusterSharding.get(system);
    var entity =
        Entity.of(
            KEY,
            context ->
                FunctionActor.create(
                    self -> context.getShard().tell(new ClusterSharding.Passivate<>(self)),
                    System::nanoTime));
    return new ShardedFunctions(sharding, sharding.init(entity.withRole(Role.SCHEDULER.key())));
  }

  @Override
  public void tell(Tenant tenant, String function, FunctionActor.Command command) {
    region.tell(new ShardingEnvelope<>(entityIdOf(tenant, function), command));
  }

  @Override
  public CompletionStage<FunctionActor.Taken> take(
      Tenant tenant, String function, Duration patience) {
    return reference(tenant, function)
        .ask(replyTo -> new FunctionActor.Take(patience, replyTo), ASK_LIMIT.plus(patience));
  }

  @Override
  public CompletionStage<FunctionActor.Extended> extend(Tenant tenant, String function, String id) {
    return reference(tenant, function)
        .ask(replyTo -> new FunctionActor.Extend(id, replyTo), ASK_LIMIT);
  }

  @Override
  public CompletionStage<FunctionActor.Found> find(Tenant tenant, String function, String id) {
    return reference(tenant, function)
        .ask(replyTo -> new FunctionActor.Find(id, replyTo), ASK_LIMIT);
  }

  @Override
  public CompletionStage<FunctionActor.Described> describe(Tenant tenant, String function) {
    return reference(tenant, function).ask(FunctionActor.Describe::new, ASK_LIMIT);
  }

  private EntityRef<FunctionActor.Command> reference(Tenant tenant, String function) {
    return sharding.entityRefFor(KEY, entityIdOf(tenant, function));
  }

  private static String entityIdOf(Tenant tenant, String function) {
    return new TenantEntity(tenant, function).id();
  }
}
