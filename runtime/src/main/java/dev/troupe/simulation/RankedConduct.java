package dev.troupe.simulation;

import dev.troupe.schedule.CallQueue;
import dev.troupe.schedule.Warmth;
import dev.troupe.simulation.RankedQueue.Ranking;
import java.util.function.Function;

/// A policy that is nothing but an order of waiting calls.
class RankedConduct implements Conduct {

  private final Function<Warmth, Ranking> ranking;

  RankedConduct(Ranking ranking) {
    this(_ -> ranking);
  }

  RankedConduct(Function<Warmth, Ranking> ranking) {
    this.ranking = ranking;
  }

  @Override
  public final CallQueue queue(Warmth warmth) {
    return new RankedQueue(ranking.apply(warmth));
  }
}
