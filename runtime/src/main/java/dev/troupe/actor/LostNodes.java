package dev.troupe.actor;

import dev.troupe.program.Node;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/// Tells who holds something for actors on other nodes when such a node has left the cluster, lost or in
/// order. The port to the cluster.
@FunctionalInterface
public interface LostNodes {

  /// @param node all that lived there is gone
  record NodeLost(Node node) {}

  /// Tells an actor of every node that leaves from now on, until the actor stops.
  void tell(ActorRef<NodeLost> follower);

  /// The node an actor is on; empty for this one.
  static Optional<Node> nodeOf(ActorRef<?> actor) {
    var address = actor.path().address();
    return address.hasGlobalScope() ? Optional.of(new Node(address.hostPort())) : Optional.empty();
  }
}
