package dev.troupe.simulation;

import dev.troupe.schedule.CallQueue;

/// A policy that is nothing but an order of waiting calls.
class RankedConduct implements Conduct {

  private final CallQueue queue;

  RankedConduct(RankedQueue.Ranking ranking) {
    this.queue = new RankedQueue(ranking);
  }

  @Override
  public final CallQueue queue() {
    return queue;
  }
}
