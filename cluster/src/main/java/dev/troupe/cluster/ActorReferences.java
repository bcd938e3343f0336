package dev.troupe.cluster;

import java.util.Optional;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.ActorRefProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/// References to actors as text, in the form of [ActorRefResolver].
///
/// That one reads each address as a URI, which takes as long as reading the rest of a message. Of calls on other
/// nodes the name alone is new; what is before it is the same for all of a node.
final class ActorReferences {

  private final ActorRefResolver resolver;
  private final ActorRefProvider provider;
  private final Remembering<String, Optional<ActorPath>> parents =
      new Remembering<>(this::elsewhere);

  ActorReferences(ExtendedActorSystem system) {
    this.resolver = ActorRefResolver.get(Adapter.toTyped(system));
    this.provider = system.provider();
  }

  String text(ActorRef<?> actor) {
    return resolver.toSerializationFormat(actor);
  }

  /// Nobody, where it is no reference or the actor has gone.
  ActorRef<?> read(String text) {
    int name = text.lastIndexOf('/') + 1;
    var parent = name == 0 ? Optional.<ActorPath>empty() : parents.apply(text.substring(0, name));
    return parent.isPresent() && name < text.length()
        ? Adapter.toTyped(provider.resolveActorRef(parent.get().child(text.substring(name))))
        : resolver.resolveActorRef(text);
  }

  /// A path on another node; empty for one on this node, where a name may stand for another actor by now, and
  /// for what is no path: Pekko takes that for nobody.
  private Optional<ActorPath> elsewhere(String text) {
    var path = resolver.resolveActorRef(text).path();
    var address = path.address();
    return address.hasGlobalScope() && !address.equals(provider.getDefaultAddress())
        ? Optional.of(path)
        : Optional.empty();
  }
}
