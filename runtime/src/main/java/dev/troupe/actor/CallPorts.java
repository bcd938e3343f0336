package dev.troupe.actor;

import dev.troupe.metrics.Instruments;
import dev.troupe.program.ServiceModel;
import java.util.function.LongSupplier;

/// What a call needs from its node.
///
/// @param engineActors where leases are renewed and ended
/// @param recorder hears of every call that an engine has served
/// @param nanoClock monotonic time; `System::nanoTime` outside tests
public record CallPorts(
    Programs programs,
    Schedulers schedulers,
    EngineClient engines,
    EngineActors engineActors,
    ServiceModel service,
    CallSettings settings,
    Instruments instruments,
    Recorder recorder,
    LongSupplier nanoClock) {}
