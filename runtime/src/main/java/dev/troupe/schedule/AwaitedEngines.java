package dev.troupe.schedule;

import dev.troupe.engine.EngineId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// Engines that are not there and are likely to be soon: one whose actor was lost with its node, and all
/// that a scheduler has not heard of which has just begun itself. The programs that such an engine served
/// last wait for it: their caches outlive the loss of a node, and if all of them moved at once, every
/// engine would have all their prompts to prefill.
///
/// Mutable, confined.
final class AwaitedEngines {

  private final long settlingNanos;
  private final Map<EngineId, Long> lostUntilNanos = new HashMap<>();
  private final Set<EngineId> heard = new HashSet<>();
  private OptionalLong begunUntilNanos = OptionalLong.empty();

  /// @param settling how long an engine is waited for
  AwaitedEngines(Duration settling) {
    this.settlingNanos = settling.toNanos();
  }

  /// The scheduler has begun, and knows no engine.
  void begun(long nowNanos) {
    begunUntilNanos = OptionalLong.of(nowNanos + settlingNanos);
  }

  void lost(EngineId engine, long nowNanos) {
    heard.remove(engine);
    lostUntilNanos.put(engine, nowNanos + settlingNanos);
  }

  void heard(EngineId engine) {
    heard.add(engine);
    lostUntilNanos.remove(engine);
  }

  /// Until when a call waits for its program's last engine; empty when it does not.
  OptionalLong until(Waiting waiting, long nowNanos) {
    var last = waiting.lastEngine();
    if (last.isEmpty() || heard.contains(last.get()) || waiting.excluded().contains(last.get())) {
      return OptionalLong.empty();
    }
    long lost = lostUntilNanos.getOrDefault(last.get(), Long.MIN_VALUE);
    long until = Math.max(lost, begunUntilNanos.orElse(Long.MIN_VALUE));
    return nowNanos < until ? OptionalLong.of(until) : OptionalLong.empty();
  }
}
