package dev.troupe.actor;

import dev.troupe.engine.EngineSettings;
import dev.troupe.metrics.Instruments;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// What an engine's actor needs from its node.
///
/// @param catalogs tells the catalogs of all nodes, at every probe, how the engine is
/// @param nodes tells of nodes that are lost, and with them holders of leases
/// @param nanoClock monotonic time; `System::nanoTime` outside tests
public record EnginePorts(
    EngineSettings settings,
    EngineClient client,
    Schedulers schedulers,
    Consumer<CatalogActor.News> catalogs,
    LostNodes nodes,
    Instruments instruments,
    LongSupplier nanoClock) {}
