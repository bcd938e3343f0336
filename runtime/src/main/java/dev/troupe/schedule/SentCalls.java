package dev.troupe.schedule;

import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import dev.troupe.schedule.CallQueue.Next;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Calls dispatched within the last second, for those that an engine returns, which it does at once. One
/// that is returned later announces itself again.
final class SentCalls {

  private static final long KEPT_NANOS = 1_000_000_000L;

  /// In the order of dispatch.
  private final Map<Call.Id, Sent> calls = new LinkedHashMap<>();

  private record Sent(Next next, EngineId engine, long atNanos) {}

  void add(Next next, EngineId engine, long nowNanos) {
    var id = next.waiting().call().id();
    // Removed first, so that a call sent again stands at the end.
    calls.remove(id);
    calls.put(id, new Sent(next, engine, nowNanos));
  }

  /// Removes and returns a call that was sent to that engine.
  Optional<Next> takeBack(EngineId engine, Call.Id call, long nowNanos) {
    forgetOld(nowNanos);
    var sent = calls.get(call);
    if (sent == null || !sent.engine().equals(engine)) {
      return Optional.empty();
    }
    calls.remove(call);
    return Optional.of(sent.next());
  }

  void forget(Call.Id call) {
    calls.remove(call);
  }

  void forgetOld(long nowNanos) {
    var oldest = calls.values().iterator();
    while (oldest.hasNext() && nowNanos - oldest.next().atNanos() >= KEPT_NANOS) {
      oldest.remove();
    }
  }
}
