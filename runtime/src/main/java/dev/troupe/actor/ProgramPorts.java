package dev.troupe.actor;

import dev.troupe.program.ProgramSettings;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;

/// What a program needs from its node.
///
/// @param directory told which programs live on this node
/// @param nanoClock monotonic time; `System::nanoTime` outside tests
public record ProgramPorts(
    ProgramSettings settings,
    Schedulers schedulers,
    Standings standings,
    ActorRef<DirectoryActor.Command> directory,
    LongSupplier nanoClock) {}
