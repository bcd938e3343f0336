package dev.troupe.actor;

import dev.troupe.engine.EngineSettings;
import dev.troupe.metrics.Instruments;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;

/// What an engine's actor needs from its node.
///
/// @param catalog told at every probe how the engine is
/// @param nanoClock monotonic time; `System::nanoTime` outside tests
public record EnginePorts(
    EngineSettings settings,
    EngineClient client,
    Schedulers schedulers,
    ActorRef<CatalogActor.Command> catalog,
    Instruments instruments,
    LongSupplier nanoClock) {}
