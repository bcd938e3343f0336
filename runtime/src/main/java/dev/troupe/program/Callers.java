package dev.troupe.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// Who makes the calls that somebody holds, and on which nodes they are.
///
/// None is watched. A caller says itself that it ends; the cluster says when a node is lost, and with it all
/// its callers ([#lost]). What no one says, since the message was lost, is asked for: a caller that has been
/// silent for long is to be watched ([#silent]).
///
/// Mutable, confined. O(1), or O(calls) for a node that is lost.
///
/// @param <C> a caller
public final class Callers<C> {

  private final long silenceNanos;
  // In the order in which they were heard of.
  private final SequencedMap<Call.Id, Known<C>> known = new LinkedHashMap<>();

  /// A call and who makes it.
  public record Caller<C>(Call.Id call, C caller) {}

  /// @param node empty for this one
  private record Known<C>(C caller, Optional<Node> node, long heardNanos) {}

  /// @param silenceNanos how long a caller may be silent before it is to be watched
  public Callers(long silenceNanos) {
    this.silenceNanos = silenceNanos;
  }

  /// A call's caller was heard of. Another one than before takes its place.
  ///
  /// @param node empty for this one
  public void heard(Call.Id call, C caller, Optional<Node> node, long nowNanos) {
    known.remove(call);
    known.put(call, new Known<>(caller, node, nowNanos));
  }

  public Optional<C> of(Call.Id call) {
    return Optional.ofNullable(known.get(call)).map(Known::caller);
  }

  /// @return the call's caller; empty when it is not held
  public Optional<C> remove(Call.Id call) {
    return Optional.ofNullable(known.remove(call)).map(Known::caller);
  }

  /// Removes a call unless its id names a new call by now, of another caller.
  ///
  /// @return whether it was held
  public boolean remove(Call.Id call, C caller) {
    boolean isHeld = of(call).filter(caller::equals).isPresent();
    if (isHeld) {
      remove(call);
    }
    return isHeld;
  }

  /// A node is lost: its calls are no longer held.
  ///
  /// @return what they were
  public List<Caller<C>> lost(Node node) {
    var lost = new ArrayList<Caller<C>>();
    known
        .entrySet()
        .removeIf(call -> {
          boolean isThere = call.getValue().node().filter(node::equals).isPresent();
          if (isThere) {
            lost.add(new Caller<>(call.getKey(), call.getValue().caller()));
          }
          return isThere;
        });
    return List.copyOf(lost);
  }

  /// The callers of which nothing was heard for too long. They count as heard of now.
  public List<Caller<C>> silent(long nowNanos) {
    var silent = new ArrayList<Caller<C>>();
    while (!known.isEmpty()
        && nowNanos - known.firstEntry().getValue().heardNanos() >= silenceNanos) {
      var eldest = known.pollFirstEntry();
      var caller = eldest.getValue();
      heard(eldest.getKey(), caller.caller(), caller.node(), nowNanos);
      silent.add(new Caller<>(eldest.getKey(), caller.caller()));
    }
    return List.copyOf(silent);
  }
}
