package dev.troupe.actor;

import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import dev.troupe.program.CallEnd;

/// Who hears of every call that an engine has served, so that the traffic can be played again.
@FunctionalInterface
public interface Recorder {

  /// Records nothing.
  Recorder NONE = _ -> {};

  /// Hears of a call that has ended. Called on the call's thread: must not block.
  void ended(Served call);

  /// A call that was served, as facts.
  ///
  /// @param waitedNanos from its arrival to its lease
  /// @param responseNanos from its arrival to its end
  record Served(Call call, EngineId engine, long waitedNanos, long responseNanos, CallEnd end) {

    /// Whether the engine did something for it: an error is no work.
    boolean isWork() {
      return end.reported() || end.usage().outputTokens() > 0;
    }

    /// As the engine counts them, or as we estimate where it does not say.
    int promptTokens() {
      return end.reported() ? end.usage().promptTokens() : call.promptTokens();
    }
  }
}
