package dev.troupe.actor;

import dev.troupe.program.ModelPool;

/// Finds the one scheduler of each model pool, wherever it lives. Delivery is at most once.
public interface Schedulers {
  void tell(ModelPool pool, SchedulerActor.Command command);
}
