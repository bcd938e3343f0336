package dev.troupe.actor;

import dev.troupe.actor.SchedulerActor.EngineGone;
import dev.troupe.engine.EngineId;
import dev.troupe.program.ModelPool;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/// The actors of the engines that have offered room to a pool. Each hears who schedules there, and
/// is watched. Confined to the pool's scheduler.
final class PoolEngines {

  private final ActorContext<SchedulerActor.Command> context;
  private final ModelPool pool;
  private final Map<EngineId, ActorRef<EngineActor.Command>> actors = new HashMap<>();

  PoolEngines(ActorContext<SchedulerActor.Command> context, ModelPool pool) {
    this.context = context;
    this.pool = pool;
  }

  /// An engine offers room.
  void offered(EngineId engine, ActorRef<EngineActor.Command> actor) {
    if (!actor.equals(actors.put(engine, actor))) {
      context.watchWith(actor, new EngineGone(engine, actor));
      actor.tell(new EngineActor.Enlisted(pool, context.getSelf()));
    }
  }

  /// An engine that takes its offers back may have been restarted, and not know this scheduler.
  void forget(EngineId engine) {
    actors.remove(engine);
  }

  Optional<ActorRef<EngineActor.Command>> of(EngineId engine) {
    return Optional.ofNullable(actors.get(engine));
  }
}
