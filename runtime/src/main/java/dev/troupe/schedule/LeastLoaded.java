package dev.troupe.schedule;

import dev.troupe.engine.EngineId;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/// The engine with room and the least load; the first by name among equals.
final class LeastLoaded implements Placement {

  private final String rule;
  private final Comparator<Candidate> byLoad;

  private LeastLoaded(String rule, ToIntFunction<Candidate> load) {
    this.rule = rule;
    this.byLoad = Comparator.comparingInt(load);
  }

  /// Load is the number of calls in flight.
  static LeastLoaded byInFlight() {
    return new LeastLoaded("least-loaded", Candidate::inFlight);
  }

  /// Load is `waiting × 4 + running`: what several routers of inference servers use.
  static LeastLoaded byWaitingWeighted() {
    return new LeastLoaded(
        "waiting-weighted",
        candidate ->
            4 * candidate.engineWaiting()
                + Math.max(0, candidate.inFlight() - candidate.engineWaiting()));
  }

  @Override
  public Choice place(Waiting waiting, List<Candidate> candidates) {
    return candidates.stream()
        .filter(Candidate::hasRoom)
        .min(byLoad)
        .<Choice>map(candidate -> candidate.chosenBy(rule))
        .orElseGet(Choice.None::new);
  }

  @Override
  public void removed(EngineId engine) {
    // Nothing is remembered of engines.
  }
}
