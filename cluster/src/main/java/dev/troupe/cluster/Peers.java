package dev.troupe.cluster;

import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/// The actors of one kind on all nodes, by Pekko's receptionist.
final class Peers {

  private Peers() {}

  /// Makes an actor of this node known to the others.
  static <T> void register(ActorSystem<?> system, ServiceKey<T> kind, ActorRef<T> own) {
    system.receptionist().tell(Receptionist.register(kind, own));
  }

  /// Tells who there are, whenever that changes; not before this node's own is among them.
  ///
  /// @param own of this node, registered
  /// @param listener called on one thread at a time
  static <T> void follow(
      ActorSystem<?> system,
      ServiceKey<T> kind,
      ActorRef<T> own,
      Consumer<Set<ActorRef<T>>> listener) {
    var following =
        Behaviors.<Receptionist.Listing>setup(context -> {
          context.getSystem().receptionist().tell(Receptionist.subscribe(kind, context.getSelf()));
          return Behaviors.receiveMessage(listing -> {
            var all = listing.getServiceInstances(kind);
            if (all.contains(own)) {
              listener.accept(all);
            }
            return Behaviors.same();
          });
        });
    system.systemActorOf(following, "peers-" + kind.id(), Props.empty());
  }
}
