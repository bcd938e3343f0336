package dev.troupe.actor;

import org.apache.pekko.actor.typed.ActorSystem;

/// Makes the engine client of a node. A JVM that joins as a client finds it as a service
/// (`java.util.ServiceLoader`).
public interface EngineClientProvider {
  EngineClient create(ActorSystem<?> system);
}
