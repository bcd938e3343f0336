package dev.troupe.simulation;

import dev.troupe.program.Call;
import dev.troupe.program.Program;
import dev.troupe.program.Usage;
import dev.troupe.schedule.CallQueue;
import dev.troupe.schedule.Warmth;
import java.util.List;
import java.util.OptionalLong;

/// What a [Policy] does during one simulation. Mutable, confined.
///
/// Most policies are an order of waiting calls and nothing else; the other methods serve those that
/// keep programs out or KV caches in.
interface Conduct {

  /// The order of waiting calls.
  ///
  /// @param warmth what the engines' caches are believed to hold
  CallQueue queue(Warmth warmth);

  /// A program has begun.
  default void arrived(ProgramRun program, long nowNanos) {}

  /// A call was issued. Says whether it may join the queue now; one that may not is returned by
  /// [#tick] later.
  default boolean admits(CallRun call, long nowNanos) {
    return true;
  }

  /// A call was sent to an engine.
  default void sent(CallRun call, long nowNanos) {}

  /// A call has ended.
  default void ended(CallRun call, Usage usage, long serviceNanos, long nowNanos) {}

  /// A program's last call has ended.
  default void over(ProgramRun program, long nowNanos) {}

  /// How long an engine is to keep what a call left in its cache, whatever else needs the room; 0
  /// leaves that to the engine.
  default long retainNanos(CallRun ended, long nowNanos) {
    return 0;
  }

  /// Time between two ticks, where the policy wants any.
  default OptionalLong tickNanos() {
    return OptionalLong.empty();
  }

  /// Looks again at the calls that were kept out.
  ///
  /// @return those that may join the queue
  default List<CallRun> tick(long nowNanos) {
    return List.of();
  }

  /// Where programs stand, for orders that need more than a call's priority.
  interface Programs {

    ProgramRun of(Program.Id program);

    CallRun of(Call.Id call);
  }
}
