package dev.troupe.cluster;

import dev.troupe.actor.ProgramActor;
import dev.troupe.actor.Programs;
import dev.troupe.cluster.ClusterSettings.Role;
import dev.troupe.program.Program;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/// Programs spread over the nodes with the role `scheduler`; each has at most one actor among them.
///
/// An actor that fails is stopped, not restarted: the next message to its program makes a fresh one,
/// which begins from its durable standing. Open calls announce themselves to it again.
public final class ShardedPrograms implements Programs {

  static final EntityTypeKey<ProgramActor.Command> KEY =
      EntityTypeKey.create(ProgramActor.Command.class, "program");

  /// Makes the actor of a program.
  @FunctionalInterface
  public interface Factory {

    /// @param passivate told by the actor, with itself, when it is idle. It is stopped once the
    ///     messages on their way to it have arrived, by [ProgramActor.Stop].
    Behavior<ProgramActor.Command> create(
        Program.Id program, Consumer<ActorRef<ProgramActor.Command>> passivate);
  }

  private final ClusterSharding sharding;
  private final ActorRef<ShardingEnvelope<ProgramActor.Command>> region;

  /// Several messages go to a program for each of its calls; its shard is found by the hash of the same text.
  private final Remembering<Program.Id, String> entityIds =
      new Remembering<>(ShardedPrograms::entityIdOf);

  private ShardedPrograms(
      ClusterSharding sharding, ActorRef<ShardingEnvelope<ProgramActor.Command>> region) {
    this.sharding = sharding;
    this.region = region;
  }

  /// Takes part in holding programs, where this node has the role; else only finds them.
  public static ShardedPrograms start(ActorSystem<?> system, Factory factory) {
    var sharding = ClusterSharding.get(system);
    var entity =
        Entity.of(
                KEY,
                context ->
                    factory.create(
                        programOf(context.getEntityId()),
                        self -> context.getShard().tell(new ClusterSharding.Passivate<>(self))))
            .withStopMessage(new ProgramActor.Stop())
            .withRole(Role.SCHEDULER.key());
    return new ShardedPrograms(sharding, sharding.init(entity));
  }

  /// Finds programs from a node that holds none, or that has been started already.
  static ShardedPrograms find(ActorSystem<?> system) {
    return start(
        system,
        (program, _) -> {
          throw new IllegalStateException("this node holds no programs, asked for " + program);
        });
  }

  @Override
  public void tell(Program.Id program, ProgramActor.Command command) {
    region.tell(new ShardingEnvelope<>(entityIds.apply(program), command));
  }

  /// A program's actor, to ask it something.
  EntityRef<ProgramActor.Command> reference(Program.Id program) {
    return sharding.entityRefFor(KEY, entityIdOf(program));
  }

  static String entityIdOf(Program.Id program) {
    return new TenantEntity(program.tenant(), program.value()).id();
  }

  static Program.Id programOf(String entityId) {
    var entity = TenantEntity.of(entityId);
    return new Program.Id(entity.tenant(), entity.name());
  }
}
