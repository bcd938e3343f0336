package dev.troupe.simulation;

import dev.troupe.engine.EngineId;
import dev.troupe.simulation.physics.EngineModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;

/// The engines of a simulation.
final class Fleet {

  private final List<EngineHost> engines = new ArrayList<>();
  private final Map<EngineId, EngineHost> byId = new HashMap<>();

  /// @param engine the one with a number
  Fleet(int size, IntFunction<EngineHost> engine) {
    for (int number = 0; number < size; number++) {
      var host = engine.apply(number);
      engines.add(host);
      byId.put(host.id(), host);
    }
  }

  EngineHost get(int number) {
    return engines.get(number);
  }

  EngineHost of(EngineId id) {
    return Optional.ofNullable(byId.get(id)).orElseThrow();
  }

  /// When something ends or can begin next; `Long.MAX_VALUE` when nothing runs or waits.
  long nextNanos() {
    long nextNanos = Long.MAX_VALUE;
    for (var engine : engines) {
      nextNanos = Math.min(nextNanos, engine.model().nextEventNanos());
    }
    return nextNanos;
  }

  /// Takes what happens until then.
  void advanceTo(long nowNanos) {
    for (var engine : engines) {
      if (engine.model().nextEventNanos() <= nowNanos) {
        engine.model().advanceTo(nowNanos);
      }
    }
  }

  /// Asks each how it is, as a node does at intervals.
  void probe() {
    engines.forEach(EngineHost::probe);
  }

  /// A count of all of them together.
  long sum(ToLongFunction<EngineModel<CallRun>> count) {
    return engines.stream().map(EngineHost::model).mapToLong(count).sum();
  }
}
