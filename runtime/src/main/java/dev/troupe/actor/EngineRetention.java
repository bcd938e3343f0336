package dev.troupe.actor;

import dev.troupe.engine.EngineDescription;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/// Whether an engine's actor goes on: some node must have said lately that it has the engine in its
/// configuration, exactly so. An engine that is described anew therefore begins anew once the nodes
/// with the old description are gone. Mutable, confined.
final class EngineRetention {

  private final EngineDescription description;
  private final Optional<Duration> limit;
  private final Consumer<ActorRef<EngineActor.Command>> passivate;
  private final Set<EngineDescription> others = new HashSet<>();
  private long latestNanos;

  private EngineRetention(
      EngineDescription description,
      Optional<Duration> limit,
      long nowNanos,
      Consumer<ActorRef<EngineActor.Command>> passivate) {
    this.description = description;
    this.limit = limit;
    this.latestNanos = nowNanos;
    this.passivate = passivate;
  }

  /// As long as its node is there.
  static EngineRetention forEver(EngineDescription description) {
    return new EngineRetention(description, Optional.empty(), 0, _ -> {});
  }

  /// @param limit how long no node may say that it has the engine
  /// @param passivate called with the actor when that is over
  static EngineRetention until(
      Duration limit,
      EngineDescription description,
      long nowNanos,
      Consumer<ActorRef<EngineActor.Command>> passivate) {
    return new EngineRetention(description, Optional.of(limit), nowNanos, passivate);
  }

  /// A node has an engine of this id in its configuration.
  ///
  /// @return whether it means this one
  boolean keep(EngineDescription said, long nowNanos) {
    boolean isThis = said.equals(description);
    if (isThis) {
      latestNanos = nowNanos;
    }
    return isThis;
  }

  /// Whether another description of the engine was not heard of before.
  boolean isNews(EngineDescription said) {
    return others.add(said);
  }

  boolean isOver(long nowNanos) {
    return limit.filter(most -> nowNanos - latestNanos > most.toNanos()).isPresent();
  }

  void end(ActorRef<EngineActor.Command> actor) {
    passivate.accept(actor);
  }
}
