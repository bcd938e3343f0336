package dev.troupe.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Who makes the calls that somebody holds, and on which nodes they are.
///
/// Those on the holder's own node are watched by it, one by one. Those on other nodes are not: the cluster
/// says when a node is lost, and with it all its callers ([#lost]). What no one says, since the message was
/// lost, is asked for: a caller that has been silent for long is to be watched ([#silent]).
///
/// Mutable, confined. O(1), or O(calls) for a node that is lost.
///
/// @param <C> a caller
public final class Callers<C> {

  private final long silenceNanos;
  private final Map<Call.Id, C> here = new HashMap<>();
  // In the order in which they were heard of.
  private final SequencedMap<Call.Id, Far<C>> elsewhere = new LinkedHashMap<>();

  /// A call and who makes it.
  public record Caller<C>(Call.Id call, C caller) {}

  private record Far<C>(C caller, Node node, long heardNanos) {}

  /// @param silenceNanos how long a caller on another node may be silent before it is to be watched
  public Callers(long silenceNanos) {
    this.silenceNanos = silenceNanos;
  }

  /// A call's caller was heard of. Another one than before takes its place.
  ///
  /// @param node empty for this one
  /// @return whether the caller is here and new, and so to be watched
  public boolean heard(Call.Id call, C caller, Optional<Node> node, long nowNanos) {
    elsewhere.remove(call);
    if (node.isPresent()) {
      here.remove(call);
      elsewhere.put(call, new Far<>(caller, node.get(), nowNanos));
      return false;
    }
    return !caller.equals(here.put(call, caller));
  }

  public Optional<C> of(Call.Id call) {
    var near = here.get(call);
    return near != null
        ? Optional.of(near)
        : Optional.ofNullable(elsewhere.get(call)).map(Far::caller);
  }

  /// @return the call's caller; empty when it is not held
  public Optional<C> remove(Call.Id call) {
    var was = of(call);
    here.remove(call);
    elsewhere.remove(call);
    return was;
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
    elsewhere
        .entrySet()
        .removeIf(call -> {
          boolean isThere = call.getValue().node().equals(node);
          if (isThere) {
            lost.add(new Caller<>(call.getKey(), call.getValue().caller()));
          }
          return isThere;
        });
    return List.copyOf(lost);
  }

  /// The callers on other nodes of which nothing was heard for too long. They count as heard of now.
  public List<Caller<C>> silent(long nowNanos) {
    var silent = new ArrayList<Caller<C>>();
    while (!elsewhere.isEmpty()
        && nowNanos - elsewhere.firstEntry().getValue().heardNanos() >= silenceNanos) {
      var eldest = elsewhere.pollFirstEntry();
      var known = eldest.getValue();
      elsewhere.put(eldest.getKey(), new Far<>(known.caller(), known.node(), nowNanos));
      silent.add(new Caller<>(eldest.getKey(), known.caller()));
    }
    return List.copyOf(silent);
  }
}
