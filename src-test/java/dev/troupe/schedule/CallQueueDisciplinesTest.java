package dev.troupe.schedule;

import static dev.troupe.schedule.WaitingCall.nanos;

import net.jqwik.api.Group;

/// Every discipline keeps to the [CallQueueContract].
class CallQueueDisciplinesTest {

  @Group
  class Fcfs implements CallQueueContract {
    @Override
    public CallQueue newQueue() {
      return queue(Discipline.FCFS);
    }
  }

  @Group
  class Mlfq implements CallQueueContract {
    @Override
    public CallQueue newQueue() {
      return queue(Discipline.MLFQ);
    }
  }

  @Group
  class Plas implements CallQueueContract {
    @Override
    public CallQueue newQueue() {
      return queue(Discipline.PLAS);
    }
  }

  @Group
  class Atlas implements CallQueueContract {
    @Override
    public CallQueue newQueue() {
      return queue(Discipline.ATLAS);
    }
  }

  @Group
  class LeastCost implements CallQueueContract {
    @Override
    public CallQueue newQueue() {
      return new LeastCostQueue(PRICES, WEIGHTS, Warmth.COLD);
    }
  }

  private static final EnginePrices PRICES = new EnginePrices(22_000, 1, 10_000_000, 70);

  /// What matters least owes what 150 s of waiting pay at most, and a newcomer some 28 s: newcomers of 122 s,
  /// two each second, may go before it.
  private static final CostWeights WEIGHTS = new CostWeights(0.003, nanos(150), true, true);

  private static CallQueue queue(Discipline discipline) {
    return new MultilevelQueue(
        discipline, new Levels(8, nanos(1)), new Starvation(3.0, nanos(5), nanos(10)));
  }
}
