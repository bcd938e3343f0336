package dev.troupe.chaos;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// All attempts of a scenario's load, in the order in which they ended. For many threads.
final class Journal {

  private final ConcurrentLinkedQueue<Attempt> attempts = new ConcurrentLinkedQueue<>();
  private final AtomicInteger completed = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();

  void began() {
    open.incrementAndGet();
  }

  void ended(Attempt attempt) {
    open.decrementAndGet();
    attempts.add(attempt);
    if (attempt.isCompleted()) {
      completed.incrementAndGet();
    }
  }

  /// Attempts under way.
  int open() {
    return open.get();
  }

  int completed() {
    return completed.get();
  }

  List<Attempt> attempts() {
    return List.copyOf(attempts);
  }
}
