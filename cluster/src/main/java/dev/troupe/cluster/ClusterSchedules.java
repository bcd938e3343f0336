package dev.troupe.cluster;

import dev.troupe.actor.Runs;
import dev.troupe.actor.ScheduleActor;
import dev.troupe.actor.ScheduleStore;
import dev.troupe.actor.Schedules;
import dev.troupe.program.Tenant;
import dev.troupe.run.Timetable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.SingletonActor;

/// Finds the one actor that begins runs by the clock, on whichever node with the role `scheduler` it is.
final class ClusterSchedules implements Schedules {

  private static final Duration ASK_LIMIT = Duration.ofSeconds(20);

  private final ActorSystem<?> system;
  private final ActorRef<ScheduleActor.Command> keeper;

  private ClusterSchedules(ActorSystem<?> system, ActorRef<ScheduleActor.Command> keeper) {
    this.system = system;
    this.keeper = keeper;
  }

  /// Takes part in keeping schedules, where this node has the role; else only finds who does.
  static ClusterSchedules start(ActorSystem<?> system, ScheduleStore store, Runs runs) {
    var keeper =
        Behaviors.supervise(ScheduleActor.create(store, runs, System::currentTimeMillis))
            .onFailure(SupervisorStrategy.restart());
    return new ClusterSchedules(
        system,
        ClusterSingleton.get(system)
            .init(
                SingletonActor.of(keeper, "schedules")
                    .withSettings(
                        ClusterSingletonSettings.create(system)
                            .withRole(ClusterSettings.Role.SCHEDULER.key()))));
  }

  @Override
  public CompletionStage<Creation> create(Timetable.Scheduled scheduled) {
    return AskPattern.ask(
        keeper,
        replyTo -> new ScheduleActor.Create(scheduled, replyTo),
        ASK_LIMIT,
        system.scheduler());
  }

  @Override
  public CompletionStage<Deletion> delete(Timetable.Key key) {
    return AskPattern.ask(
        keeper, replyTo -> new ScheduleActor.Delete(key, replyTo), ASK_LIMIT, system.scheduler());
  }

  @Override
  public CompletionStage<Listing> list(Tenant tenant, Optional<String> id) {
    return AskPattern.ask(
        keeper,
        replyTo -> new ScheduleActor.ListSchedules(tenant, id, replyTo),
        ASK_LIMIT,
        system.scheduler());
  }
}
