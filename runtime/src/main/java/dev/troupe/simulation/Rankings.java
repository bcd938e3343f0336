package dev.troupe.simulation;

import dev.troupe.schedule.Warmth;
import dev.troupe.simulation.RankedQueue.Ranking;

/// Orders that need no memory of their own.
final class Rankings {

  private Rankings() {}

  /// The program that came first goes first.
  static Ranking programArrival(Conduct.Programs programs) {
    return (waiting, _) -> programs.of(waiting.call().program()).trace().arrivalNanos();
  }

  /// The program that needs least goes first. Optimal for the mean of one server with preemption;
  /// here the nearest thing to it.
  static Ranking remainingWork(Conduct.Programs programs, Warmth warmth) {
    return (waiting, _) -> {
      var call = programs.of(waiting.call().id());
      int cached = warmth.mostCachedTokens(waiting.call());
      return call.program().remaining().remainingNanos(call.position(), cached);
    };
  }
}
