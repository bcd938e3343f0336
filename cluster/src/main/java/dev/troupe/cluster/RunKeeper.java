package dev.troupe.cluster;

import dev.troupe.actor.RunJournal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent.MemberExited;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.apache.pekko.cluster.typed.Subscribe;

/// Has every run go on that is not over, wherever its node has gone: at intervals it sends each a message,
/// which makes the actor of one that has none. One in the cluster.
final class RunKeeper {

  sealed interface Command {}

  private record Look() implements Command {}

  private record Found(List<RunJournal.Key> runs) implements Command {}

  private static final int PAGE = 1_000;

  /// Takes part in keeping runs. For nodes with the role `scheduler`.
  ///
  /// @param wake sends a run the message
  static void start(
      ActorSystem<?> system, RunJournal journal, Duration interval, Consumer<RunJournal.Key> wake) {
    var keeper =
        Behaviors.supervise(lookingWhenNodesGo(create(journal, interval, wake)))
            .onFailure(SupervisorStrategy.restart());
    ClusterSingleton.get(system)
        .init(
            SingletonActor.of(keeper, "run-keeper")
                .withSettings(
                    ClusterSingletonSettings.create(system)
                        .withRole(ClusterSettings.Role.SCHEDULER.key())));
  }

  /// Runs of a node that has gone need not wait for the next interval.
  private static Behavior<Command> lookingWhenNodesGo(Behavior<Command> keeper) {
    return Behaviors.setup(context -> {
      var subscriptions = Cluster.get(context.getSystem()).subscriptions();
      subscriptions.tell(
          Subscribe.create(
              context.messageAdapter(MemberExited.class, _ -> new Look()), MemberExited.class));
      subscriptions.tell(
          Subscribe.create(
              context.messageAdapter(MemberRemoved.class, _ -> new Look()), MemberRemoved.class));
      return keeper;
    });
  }

  static Behavior<Command> create(
      RunJournal journal, Duration interval, Consumer<RunJournal.Key> wake) {
    return Behaviors.setup(context ->
        Behaviors.withTimers(
            timers -> new RunKeeper(journal, interval, wake, context, timers).keeping()));
  }

  private final RunJournal journal;
  private final Duration interval;
  private final Consumer<RunJournal.Key> wake;
  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;

  private RunKeeper(
      RunJournal journal,
      Duration interval,
      Consumer<RunJournal.Key> wake,
      ActorContext<Command> context,
      TimerScheduler<Command> timers) {
    this.journal = journal;
    this.interval = interval;
    this.wake = wake;
    this.context = context;
    this.timers = timers;
  }

  private Behavior<Command> keeping() {
    look(Optional.empty());
    return Behaviors.receiveMessage(command -> {
      switch (command) {
        case Look _ -> look(Optional.empty());
        case Found(var runs) -> {
          runs.forEach(wake);
          if (runs.size() == PAGE) {
            look(Optional.of(runs.getLast()));
          } else {
            timers.startSingleTimer(new Look(), interval);
          }
        }
      }
      return Behaviors.same();
    });
  }

  /// While storage is away nothing is found; the next look is as far as always.
  private void look(Optional<RunJournal.Key> after) {
    context.pipeToSelf(
        journal.open(after, PAGE),
        (runs, failure) -> new Found(failure == null ? runs : List.of()));
  }
}
