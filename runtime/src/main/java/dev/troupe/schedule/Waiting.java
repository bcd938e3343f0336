package dev.troupe.schedule;

import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import dev.troupe.program.Priority;
import java.util.Optional;
import java.util.Set;

/// A call waiting for an engine.
///
/// @param arrivalNanos monotonic time of arrival; kept when a call queues again, so that it keeps its
///     place
/// @param excluded engines that failed this call before
/// @param lastEngine the engine that served the program's latest call
public record Waiting(
    Call call,
    Priority priority,
    long arrivalNanos,
    Set<EngineId> excluded,
    Optional<EngineId> lastEngine) {

  public Waiting {
    excluded = Set.copyOf(excluded);
  }
}
