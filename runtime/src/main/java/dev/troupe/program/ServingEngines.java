package dev.troupe.program;

import dev.troupe.engine.EngineId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The engines that have served a program, the latest first; those of long ago are forgotten.
/// Mutable, confined; every method takes O(engines kept).
final class ServingEngines {

  private static final int KEPT = 16;

  private final List<EngineId> engines = new ArrayList<>();

  void served(EngineId engine) {
    if (!engines.isEmpty() && engines.getFirst().equals(engine)) {
      return;
    }
    engines.remove(engine);
    engines.addFirst(engine);
    if (engines.size() > KEPT) {
      engines.removeLast();
    }
  }

  /// Takes over those of an earlier life of the program, the latest first.
  void restore(List<EngineId> earlier) {
    for (var engine : earlier) {
      if (!engines.contains(engine) && engines.size() < KEPT) {
        engines.addLast(engine);
      }
    }
  }

  Optional<EngineId> latest() {
    return engines.isEmpty() ? Optional.empty() : Optional.of(engines.getFirst());
  }

  List<EngineId> all() {
    return List.copyOf(engines);
  }
}
