package dev.troupe.simulation.physics;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/// An engine's own queue.
final class WaitingCalls<C> {

  private final Queue<Place<C>> queue =
      new PriorityQueue<>(
          Comparator.<Place<C>>comparingLong(Place::rank).thenComparingLong(Place::turn));
  private final EngineOrder order;
  private long frontTurn;

  private record Place<C>(EngineCall<C> call, long rank, long turn) {}

  WaitingCalls(EngineOrder order) {
    this.order = order;
  }

  int size() {
    return queue.size();
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  void add(EngineCall<C> call) {
    add(call, call.arrival);
  }

  /// A preempted call. In order of arrival it goes to the front; in order of priority to its place.
  void addAgain(EngineCall<C> call) {
    add(call, order == EngineOrder.ARRIVAL ? --frontTurn : call.arrival);
  }

  /// The one to admit next. There must be one.
  EngineCall<C> first() {
    return queue.element().call();
  }

  void removeFirst() {
    queue.remove();
  }

  private void add(EngineCall<C> call, long turn) {
    queue.add(new Place<>(call, order == EngineOrder.ARRIVAL ? 0 : call.demand.priority(), turn));
  }
}
