package dev.troupe.management;

import dev.troupe.actor.CallsActor;
import dev.troupe.actor.CatalogActor;
import dev.troupe.actor.EngineActors;
import dev.troupe.actor.Standings;
import dev.troupe.cluster.ShardedSchedulers;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;

/// What management needs of the node it stands on.
///
/// @param engineActors where the actors of engines are
/// @param metrics the node's metrics in Prometheus' text form
public record ManagementPorts(
    ActorRef<CallsActor.Command> calls,
    ActorRef<CatalogActor.Command> catalog,
    EngineActors engineActors,
    ShardedSchedulers schedulers,
    Standings standings,
    Supplier<String> metrics) {}
