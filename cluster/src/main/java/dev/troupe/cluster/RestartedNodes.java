package dev.troupe.cluster;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.UUID;
import java.util.function.IntFunction;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.ClusterEvent.MemberUp;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/// Has this node's watches reach a node that was started again at its address.
///
/// Works around a fault of Pekko 1.7.0, and can go when that is mended. System messages, watches among them,
/// are numbered. When a member is removed and its successor at the same address is connected already,
/// `ClusterRemoteWatcher` has the numbers of the one that is gone cleared by `Association.quarantine`, and
/// `SystemMessageDelivery` clears those of the successor: it compares the incarnations the wrong way round. It
/// begins again at 1, and the successor takes as many messages for duplicates as it had got, and
/// acknowledges them. A coordinator of shards whose watch is among them never hears that a region is gone.
///
/// Here the lost numbers are spent. When a member comes up at an address that another had, this node watches
/// actors there that do not exist, batch by batch, each once: `ClusterRemoteWatcher` sends one watch for all who
/// watch the same. What is lost is the beginning, so once a probe is answered all later watches arrive. What
/// others watch there before that may be lost.
final class RestartedNodes {

  private static final Duration INTERVAL = Duration.ofMillis(50);

  /// Who is started again on an address that so many have left since is not known as such.
  private static final int MOST_REMEMBERED = 1000;

  /// What a prober hears.
  sealed interface Command {}

  private record Tick() implements Command {}

  private record Answered(int batch) implements Command {}

  private RestartedNodes() {}

  /// Begins to listen; before this node joins, so that none is missed.
  static void start(ActorSystem<?> system) {
    system.systemActorOf(
        Behaviors.setup(RestartedNodes::listening), "restarted-nodes", Props.empty());
  }

  private static Behavior<MemberEvent> listening(ActorContext<MemberEvent> context) {
    var system = context.getSystem();
    Cluster.get(system)
        .subscriptions()
        .tell(Subscribe.create(context.getSelf(), MemberEvent.class));
    var resolver = ActorRefResolver.get(system);
    var left = new LinkedHashSet<Address>();
    return Behaviors.receiveMessage(event -> {
      var address = event.member().address();
      if (event instanceof MemberRemoved) {
        remember(left, address);
      } else if (event instanceof MemberUp && left.remove(address)) {
        var nobody = address + "/user/nobody-" + UUID.randomUUID() + "-";
        context.spawnAnonymous(
            prober(Members.nameOf(address), number -> resolver.resolveActorRef(nobody + number)));
      }
      return Behaviors.same();
    });
  }

  private static void remember(SequencedSet<Address> left, Address address) {
    left.add(address);
    if (left.size() > MOST_REMEMBERED) {
      left.removeFirst();
    }
  }

  /// Probes one node until it answers. If it is lost meanwhile, that answers the probes.
  ///
  /// @param node as `host:port`
  /// @param nobody actors that do not exist on that node, each for one number
  static Behavior<Command> prober(String node, IntFunction<ActorRef<Void>> nobody) {
    return Behaviors.setup(context -> {
      context.setLoggerName(RestartedNodes.class);
      return Behaviors.withTimers(timers -> {
        timers.startTimerWithFixedDelay(new Tick(), INTERVAL);
        return sending(context, node, nobody, WatchProbes.none());
      });
    });
  }

  private static Behavior<Command> sending(
      ActorContext<Command> context,
      String node,
      IntFunction<ActorRef<Void>> nobody,
      WatchProbes probes) {
    int batch = probes.sent();
    for (int i = 0; i < WatchProbes.BATCH; i++) {
      context.watchWith(nobody.apply(batch * WatchProbes.BATCH + i), new Answered(batch));
    }
    return awaiting(context, node, nobody, probes.withOneMore());
  }

  private static Behavior<Command> awaiting(
      ActorContext<Command> context,
      String node,
      IntFunction<ActorRef<Void>> nobody,
      WatchProbes probes) {
    return Behaviors.receiveMessage(command ->
        switch (command) {
          case Answered(int batch) when probes.endWithAnswerTo(batch) -> {
            context
                .getLog()
                .debug(
                    "node {}, started again, is watched: it answers batch {} of {}",
                    node,
                    batch,
                    probes.sent());
            yield Behaviors.stopped();
          }
          case Answered _ -> Behaviors.same();
          case Tick _ when probes.areAllSent() -> {
            context
                .getLog()
                .warn(
                    "node {}, started again, does not answer those who watch it; if calls of its programs"
                        + " wait for ever, start it once more",
                    node);
            yield Behaviors.stopped();
          }
          case Tick _ -> sending(context, node, nobody, probes);
        });
  }
}
