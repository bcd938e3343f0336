package dev.troupe.gateway;

import dev.troupe.actor.Analyst;
import dev.troupe.actor.CallsActor;
import dev.troupe.actor.CatalogActor;
import dev.troupe.actor.Functions;
import dev.troupe.actor.Programs;
import dev.troupe.actor.RunJournal;
import dev.troupe.actor.Runs;
import dev.troupe.actor.Schedules;
import dev.troupe.actor.Standings;
import dev.troupe.plan.ToolCatalog;
import dev.troupe.program.ModelPool;
import dev.troupe.run.AllowedHosts;
import dev.troupe.run.ModelCatalogue;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;

/// What the gateway needs of the node it stands on.
///
/// @param pools the pool that serves a model; empty when no engine is known to
/// @param models that runs can ask for
/// @param tools that plans may name
/// @param hosts where runs may have requests sent
/// @param metrics the node's metrics in Prometheus' text form
public record GatewayPorts(
    ActorRef<CallsActor.Command> calls,
    Function<String, Optional<ModelPool>> pools,
    ActorRef<CatalogActor.Command> catalog,
    Programs programs,
    ProgramList programList,
    Standings standings,
    Runs runs,
    Functions functions,
    RunJournal journal,
    Schedules schedules,
    Analyst analyst,
    ModelCatalogue models,
    ToolCatalog tools,
    AllowedHosts hosts,
    Supplier<String> metrics) {}
