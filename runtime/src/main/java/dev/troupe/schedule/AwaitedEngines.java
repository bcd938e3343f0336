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
/// An engine is there when it has offered room. One that begins to offer takes its first offers back as
/// soon as it hears which scheduler they went to, and makes them anew: it is on its way again meanwhile.
///
/// Mutable, confined.
final class AwaitedEngines {

  private final long settlingNanos;
  private final Map<EngineId, Long> lostUntilNanos = new HashMap<>();
  private final Set<EngineId> present = new HashSet<>();
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
    present.remove(engine);
    lostUntilNanos.put(engine, nowNanos + settlingNanos);
  }

  /// The engine has offered room.
  void offered(EngineId engine) {
    present.add(engine);
  }

  /// The engine has taken its offers back.
  void retracted(EngineId engine) {
    present.remove(engine);
  }

  /// The engine has left the pool; nobody waits for it.
  void removed(EngineId engine) {
    present.remove(engine);
    lostUntilNanos.remove(engine);
  }

  /// Until when a call waits for its program's last engine; empty when it does not.
  OptionalLong until(Waiting waiting, long nowNanos) {
    var last = waiting.lastEngine();
    if (last.isEmpty() || present.contains(last.get()) || waiting.excluded().contains(last.get())) {
      return OptionalLong.empty();
    }
    long lost = lostUntilNanos.getOrDefault(last.get(), Long.MIN_VALUE);
    long until = Math.max(lost, begunUntilNanos.orElse(Long.MIN_VALUE));
    return nowNanos < until ? OptionalLong.of(until) : OptionalLong.empty();
  }
}
