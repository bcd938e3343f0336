package dev.troupe.cluster;

import dev.troupe.actor.LostNodes;
import dev.troupe.program.Node;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;
import org.slf4j.Logger;

/// Tells who asks which nodes have left the cluster: at the time at which Pekko tells those that watch
/// actors there that they are gone.
public final class LeavingNodes implements LostNodes {

  private sealed interface Command {}

  private record Follow(ActorRef<NodeLost> follower) implements Command {}

  private record Gone(ActorRef<NodeLost> follower) implements Command {}

  private record Removed(MemberRemoved event) implements Command {}

  private final ActorRef<Command> telling;

  private LeavingNodes(ActorRef<Command> telling) {
    this.telling = telling;
  }

  /// Begins to listen.
  public static LeavingNodes start(ActorSystem<?> system) {
    return new LeavingNodes(
        system.systemActorOf(
            Behaviors.setup(LeavingNodes::listening), "lost-nodes", Props.empty()));
  }

  @Override
  public void tell(ActorRef<NodeLost> follower) {
    telling.tell(new Follow(follower));
  }

  private static Behavior<Command> listening(ActorContext<Command> context) {
    context.setLoggerName(LeavingNodes.class);
    Cluster.get(context.getSystem())
        .subscriptions()
        .tell(
            Subscribe.create(
                context.messageAdapter(MemberRemoved.class, Removed::new), MemberRemoved.class));
    return telling(context, new HashSet<>());
  }

  private static Behavior<Command> telling(
      ActorContext<Command> context, Set<ActorRef<NodeLost>> followers) {
    return Behaviors.receiveMessage(command -> {
      switch (command) {
        case Follow(var follower) -> {
          followers.add(follower);
          context.watchWith(follower, new Gone(follower));
        }
        case Gone(var follower) -> followers.remove(follower);
        case Removed(var event) -> {
          report(context.getLog(), event);
          var lost = new NodeLost(new Node(event.member().address().hostPort()));
          followers.forEach(follower -> follower.tell(lost));
        }
      }
      return Behaviors.same();
    });
  }

  /// When this node itself ends, all others count as removed, with whatever status they have: no news.
  private static void report(Logger log, MemberRemoved event) {
    var node = Members.nameOf(event.member().address());
    if (event.previousStatus().equals(MemberStatus.down())) {
      log.warn("node {} was lost; what it held begins elsewhere", node);
    } else if (event.previousStatus().equals(MemberStatus.exiting())) {
      log.info("node {} has left the cluster", node);
    }
  }
}
