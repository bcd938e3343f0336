package dev.troupe.schedule;

import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineLoad;
import dev.troupe.engine.Lease.Why;
import java.util.List;

/// Which engine serves a call.
///
/// Implementations are deterministic and confined to one thread. They may remember earlier choices.
public interface Placement {

  /// @param candidates the pool's engines that may serve the call, ordered by name, at least one;
  ///     those without room are among them, since waiting for one can be worth it. When all have
  ///     room the answer is a [Choice.Place].
  Choice place(Waiting waiting, List<Candidate> candidates);

  /// Forgets an engine that has left the pool.
  void removed(EngineId engine);

  /// @param hasRoom whether it has offered room that is not spent
  /// @param load what was handed to it and has not ended
  /// @param fill how much of what it may hold that is, 0–1
  /// @param prefixTokens tokens of the call's prompt expected in its KV cache
  record Candidate(
      EngineId engine, boolean hasRoom, EngineLoad load, double fill, int prefixTokens) {

    int inFlight() {
      return load.inFlight();
    }

    /// Calls waiting in the engine itself, as it last reported.
    int engineWaiting() {
      return load.waiting();
    }

    Choice.Place chosenBy(String rule) {
      return new Choice.Place(engine, new Why(rule, prefixTokens));
    }
  }

  sealed interface Choice {

    /// Serve it there now. The engine has room.
    record Place(EngineId engine, Why why) implements Choice {}

    /// Wait for room on an engine; when the call has been passed over for so long, any engine with
    /// room will do.
    ///
    /// @param atMostNanos counted from the first time the call was passed over, not from its
    ///     arrival: a long queue is no reason to give up a warm cache
    record Hold(EngineId engine, long atMostNanos) implements Choice {}

    /// No candidate has room, or those that have leave the call to another for now.
    record None() implements Choice {}
  }
}
