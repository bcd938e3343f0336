package dev.troupe.schedule;

import dev.troupe.program.Call;
import dev.troupe.program.Program;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The order in which waiting calls are dispatched.
///
/// Implementations are deterministic and confined to one thread: they read no clock, draw no
/// randomness of their own and send nothing. The caller passes the time and acts on what is
/// returned.
public interface CallQueue {

  /// Adds a call that is not in the queue.
  void add(Waiting waiting);

  /// Adds a call that was taken from the queue, at its old place.
  void putBack(Next taken);

  /// The waiting calls, the one to dispatch next first. A call is taken by the iterator's `remove`;
  /// a caller may pass over calls, which keep their places. Any other change of the queue ends the
  /// iterator's use.
  ///
  /// @param nowNanos monotonic time; never less than in an earlier call
  Iterator<Next> inOrder(long nowNanos);

  /// Removes and returns the call to dispatch next.
  ///
  /// @param nowNanos monotonic time; never less than in an earlier call
  default Optional<Next> poll(long nowNanos) {
    var calls = inOrder(nowNanos);
    if (!calls.hasNext()) {
      return Optional.empty();
    }
    var next = calls.next();
    calls.remove();
    return Optional.of(next);
  }

  /// Removes a call that no longer wants service.
  Optional<Waiting> remove(Call.Id call);

  boolean contains(Call.Id call);

  int size();

  /// Waiting calls by level, level 0 first.
  List<Integer> sizes();

  /// The most calls that would stand before this one if it joined now. O(levels).
  int ahead(Waiting waiting);

  /// Arrival of the call that has waited longest.
  OptionalLong oldestArrivalNanos();

  /// Whether the calls of a program are preferred now because it was starving.
  boolean isPromoted(Program.Id program, long nowNanos);

  /// @param level priority class it was taken from, 0 first
  /// @param promoted whether its program was starving
  record Next(Waiting waiting, int level, boolean promoted) {}
}
