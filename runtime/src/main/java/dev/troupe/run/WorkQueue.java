package dev.troupe.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// The calls of one function that wait for a worker, and those that workers have. First come, first
/// served. Mutable, confined; each method takes O(1), [#lapsed] O(calls that workers have).
///
/// A worker has a call until it answers, or has given no sign of life for the call's lease; then it is not
/// known whether the call was made.
///
/// @param <T> what a call is
/// @param <W> who waits for one
public final class WorkQueue<T, W> {

  private record Leased<T>(T call, long leaseNanos, long untilNanos) {}

  private record Waiting<T>(T call, long leaseNanos) {}

  /// A call for a worker.
  public record Assignment<T, W>(String id, T call, W worker) {}

  private final SequencedMap<String, Waiting<T>> waiting = new LinkedHashMap<>();
  private final Map<String, Leased<T>> leased = new HashMap<>();
  private final Deque<W> workers = new ArrayDeque<>();

  /// Adds a call; one that is there already stays as it is.
  ///
  /// @param leaseNanos how long a worker may give no sign of life
  /// @return the call, if a worker waits for one
  public Optional<Assignment<T, W>> add(String id, T call, long leaseNanos, long nowNanos) {
    if (waiting.containsKey(id) || leased.containsKey(id)) {
      return Optional.empty();
    }
    waiting.put(id, new Waiting<>(call, leaseNanos));
    return assign(nowNanos);
  }

  /// Adds a call that a worker is known to have; one that is there already stays as it is.
  public void adopt(String id, T call, long leaseNanos, long nowNanos) {
    if (!waiting.containsKey(id)) {
      leased.putIfAbsent(id, new Leased<>(call, leaseNanos, nowNanos + leaseNanos));
    }
  }

  /// A worker asks for a call.
  ///
  /// @return one, if there is one; else the worker waits until [#leave]
  public Optional<Assignment<T, W>> ask(W worker, long nowNanos) {
    workers.addLast(worker);
    return assign(nowNanos);
  }

  /// A worker waits no longer.
  ///
  /// @return whether it did
  public boolean leave(W worker) {
    return workers.remove(worker);
  }

  /// A sign of life.
  ///
  /// @return whether the worker still has the call
  public boolean extend(String id, long nowNanos) {
    return leased.computeIfPresent(
            id,
            (_, lease) ->
                new Leased<>(lease.call(), lease.leaseNanos(), nowNanos + lease.leaseNanos()))
        != null;
  }

  /// A call is not to be made from here, if no worker has it.
  ///
  /// @return whether it was there, and nobody had it
  public boolean recall(String id) {
    return waiting.remove(id) != null;
  }

  /// The worker that was to have a call never heard of it: it is the next one again.
  ///
  /// @return the call, unless no worker had it
  public Optional<T> giveBack(String id) {
    var lease = Optional.ofNullable(leased.remove(id));
    lease.ifPresent(lost -> waiting.putFirst(id, new Waiting<>(lost.call(), lost.leaseNanos())));
    return lease.map(Leased::call);
  }

  /// A worker that waits has the next call.
  public Optional<Assignment<T, W>> next(long nowNanos) {
    return assign(nowNanos);
  }

  /// A call has been made, or is not needed.
  ///
  /// @return it, unless it is unknown
  public Optional<T> remove(String id) {
    var before = waiting.remove(id);
    if (before != null) {
      return Optional.of(before.call());
    }
    return Optional.ofNullable(leased.remove(id)).map(Leased::call);
  }

  /// Takes out the calls whose workers have given no sign of life for too long, by id.
  public List<T> lapsed(long nowNanos) {
    var lapsed = new ArrayList<T>();
    for (var id : leased.keySet().stream().sorted().toList()) {
      var lease = leased.get(id);
      if (lease != null && nowNanos - lease.untilNanos() > 0) {
        lapsed.add(lease.call());
        leased.remove(id);
      }
    }
    return lapsed;
  }

  /// Whether a call waits for a worker, or for its answer.
  public boolean has(String id) {
    return waiting.containsKey(id) || leased.containsKey(id);
  }

  public boolean isEmpty() {
    return waiting.isEmpty() && leased.isEmpty() && workers.isEmpty();
  }

  /// Calls that wait for a worker.
  public int waiting() {
    return waiting.size();
  }

  private Optional<Assignment<T, W>> assign(long nowNanos) {
    if (waiting.isEmpty() || workers.isEmpty()) {
      return Optional.empty();
    }
    var first = waiting.entrySet().iterator().next();
    waiting.remove(first.getKey());
    var call = first.getValue();
    leased.put(
        first.getKey(), new Leased<>(call.call(), call.leaseNanos(), nowNanos + call.leaseNanos()));
    return Optional.of(new Assignment<>(first.getKey(), call.call(), workers.removeFirst()));
  }
}
