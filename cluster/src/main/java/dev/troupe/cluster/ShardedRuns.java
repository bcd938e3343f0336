package dev.troupe.cluster;

import dev.troupe.actor.RunActor;
import dev.troupe.actor.RunJournal;
import dev.troupe.actor.Runs;
import dev.troupe.cluster.ClusterSettings.Role;
import dev.troupe.plan.Budget;
import dev.troupe.plan.StepId;
import dev.troupe.run.Forks;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityContext;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.pattern.Patterns;

/// Runs spread over the nodes with the role `scheduler`; each has at most one actor among them.
///
/// An actor that fails is stopped; the next message to its run, at the latest that of [RunKeeper], makes a
/// fresh one, which goes on from its history.
public final class ShardedRuns implements Runs {

  static final EntityTypeKey<RunActor.Command> KEY =
      EntityTypeKey.create(RunActor.Command.class, "run");

  private static final Duration ASK_LIMIT = Duration.ofSeconds(30);
  private static final Duration HANDOVER_LIMIT = Duration.ofSeconds(4);

  /// Makes the actor of a run.
  @FunctionalInterface
  public interface Factory {

    /// @param passivate told by the actor, with itself, when nothing is to be done any more
    Behavior<RunActor.Command> create(
        RunJournal.Key run, Consumer<ActorRef<RunActor.Command>> passivate);
  }

  private final ClusterSharding sharding;
  private final ActorRef<ShardingEnvelope<RunActor.Command>> region;

  private ShardedRuns(
      ClusterSharding sharding, ActorRef<ShardingEnvelope<RunActor.Command>> region) {
    this.sharding = sharding;
    this.region = region;
  }

  /// Takes part in holding runs, where this node has the role; else only finds them.
  public static ShardedRuns start(ActorSystem<?> system, Factory factory) {
    var sharding = ClusterSharding.get(system);
    var entity =
        Entity.of(
            KEY,
            context ->
                factory.create(
                    keyOf(context.getEntityId()),
                    self -> context.getShard().tell(new ClusterSharding.Passivate<>(self))));
    var region = sharding.init(entity.withRole(Role.SCHEDULER.key()));
    leaveBeforePrograms(system, region);
    return new ShardedRuns(sharding, region);
  }

  /// Finds runs from a node that holds none, or that has been started already.
  static ShardedRuns find(ActorSystem<?> system) {
    var sharding = ClusterSharding.get(system);
    var entity =
        Entity.of(
            KEY,
            (EntityContext<RunActor.Command> context) -> {
              throw new IllegalStateException(
                  "this node holds no runs, asked for " + context.getEntityId());
            });
    return new ShardedRuns(sharding, sharding.init(entity.withRole(Role.SCHEDULER.key())));
  }

  /// Steps make calls to the end: these would wait for their programs' place.
  private static void leaveBeforePrograms(
      ActorSystem<?> system, ActorRef<ShardingEnvelope<RunActor.Command>> region) {
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseServiceStop(),
            "hand-over-runs",
            () ->
                Patterns.gracefulStop(
                        Adapter.toClassic(region),
                        HANDOVER_LIMIT,
                        ShardRegion.gracefulShutdownInstance())
                    .handle((_, _) -> Done.getInstance()));
  }

  @Override
  public CompletionStage<RunActor.Reply> ask(RunJournal.Key run, RunCommand command) {
    return reference(run).ask(replyTo -> new RunActor.Ask(command, replyTo, false), ASK_LIMIT);
  }

  @Override
  public CompletionStage<RunActor.Reply> beginInside(RunJournal.Key run, RunCommand.Submit submit) {
    return reference(run).ask(replyTo -> new RunActor.Ask(submit, replyTo, true), ASK_LIMIT);
  }

  @Override
  public CompletionStage<RunActor.Described> describe(RunJournal.Key run, int from, int most) {
    return reference(run).ask(replyTo -> new RunActor.Describe(from, most, replyTo), ASK_LIMIT);
  }

  @Override
  public CompletionStage<Forks.Prepared> prepare(
      RunJournal.Key run, RunId id, Optional<StepId> step, Optional<Budget> budget) {
    return reference(run)
        .ask(replyTo -> new RunActor.Prepare(id, step, budget, replyTo), ASK_LIMIT);
  }

  @Override
  public CompletionStage<RunActor.Assessed> assess(RunJournal.Key run) {
    return reference(run).ask(RunActor.Assess::new, ASK_LIMIT);
  }

  @Override
  public CompletionStage<RunActor.Followed> follow(
      RunJournal.Key run, long from, int most, Duration patience) {
    return reference(run)
        .ask(
            replyTo -> new RunActor.Follow(from, most, patience, replyTo),
            ASK_LIMIT.plus(patience));
  }

  /// Has a run go on, if it is not over.
  void wake(RunJournal.Key run) {
    region.tell(new ShardingEnvelope<>(entityIdOf(run), new RunActor.Wake()));
  }

  private EntityRef<RunActor.Command> reference(RunJournal.Key run) {
    return sharding.entityRefFor(KEY, entityIdOf(run));
  }

  static String entityIdOf(RunJournal.Key run) {
    return new TenantEntity(run.tenant(), run.run().value()).id();
  }

  static RunJournal.Key keyOf(String entityId) {
    var entity = TenantEntity.of(entityId);
    return new RunJournal.Key(entity.tenant(), new RunId(entity.name()));
  }
}
