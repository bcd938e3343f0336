package dev.troupe.actor;

import dev.troupe.engine.EngineId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;

/// Where the actors of engines are, as this node last heard, for every call to look at without asking
/// an actor. The catalog's actor is its one writer.
public final class EngineActors {

  private final Map<EngineId, ActorRef<EngineActor.Command>> actors = new ConcurrentHashMap<>();

  /// The actor that holds an engine's leases now.
  public Optional<ActorRef<EngineActor.Command>> of(EngineId engine) {
    return Optional.ofNullable(actors.get(engine));
  }

  void put(EngineId engine, ActorRef<EngineActor.Command> actor) {
    actors.put(engine, actor);
  }

  void remove(EngineId engine) {
    actors.remove(engine);
  }
}
