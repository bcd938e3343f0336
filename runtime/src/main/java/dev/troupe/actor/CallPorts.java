package dev.troupe.actor;

import dev.troupe.metrics.Instruments;
import dev.troupe.program.ServiceModel;
import java.util.function.LongSupplier;

/// What a call needs from its node.
///
/// @param nanoClock monotonic time; `System::nanoTime` outside tests
public record CallPorts(
    Programs programs,
    Schedulers schedulers,
    EngineClient engines,
    ServiceModel service,
    CallSettings settings,
    Instruments instruments,
    LongSupplier nanoClock) {}
