package dev.troupe.program;

import dev.troupe.program.ProgramView.CallState;
import dev.troupe.program.ProgramView.CallView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The calls of one program: all open ones, the latest ended ones, and where both lie on its paths.
/// Mutable, confined. Methods are O(1) in the number of calls unless they return several.
final class CallTable {

  private final Map<Call.Id, CallRecord> open = new LinkedHashMap<>();
  private final Deque<CallRecord> ended = new ArrayDeque<>();
  private final Map<Call.Id, Long> openBeforeNanos = new HashMap<>();
  private final PathHistory paths;
  private final int keptCalls;

  CallTable(ProgramSettings settings) {
    this.paths = new PathHistory(settings.keptPaths());
    this.keptCalls = settings.keptCalls();
  }

  /// Adds an open call. An id that comes again after its end names a new call.
  void add(CallRecord call) {
    if (paths.contains(call.id())) {
      paths.forget(call.id());
      ended.removeIf(earlier -> earlier.id().equals(call.id()));
    }
    openBeforeNanos.remove(call.id());
    open.put(call.id(), call);
  }

  /// A call was open in an earlier life of the program; it may come back, or end, or be lost, and may
  /// have done so.
  void wasOpen(Call.Id call, long pathNanos) {
    if (!isKnown(call)) {
      openBeforeNanos.put(call, pathNanos);
    }
  }

  /// Whether a call is open or has ended, in this life of the program as far as it tells.
  boolean isKnown(Call.Id call) {
    return open.containsKey(call) || hasEnded(call);
  }

  Optional<CallRecord> open(Call.Id call) {
    return Optional.ofNullable(open.get(call));
  }

  /// Whether a call is open, or was so in an earlier life of the program.
  boolean hasOrHadOpen(Call.Id call) {
    return open.containsKey(call) || openBeforeNanos.containsKey(call);
  }

  void remove(Call.Id call) {
    open.remove(call);
    openBeforeNanos.remove(call);
  }

  /// Removes all open calls.
  List<Call.Id> clear() {
    var removed = List.copyOf(open.keySet());
    open.clear();
    openBeforeNanos.clear();
    return removed;
  }

  /// Keeps an ended call for the view, and its place on the program's paths.
  void keep(CallRecord call) {
    remove(call.id());
    paths.ended(call.id(), call.pathThroughNanos());
    ended.addFirst(call);
    if (ended.size() > keptCalls) {
      ended.removeLast();
    }
  }

  /// Takes over calls that ended in an earlier life, the latest first. They are older than all that have
  /// ended in this one.
  ///
  /// @return those of this life that are among them
  List<CallRecord> restore(List<CallRecord> earlier) {
    var repeated = new ArrayList<CallRecord>();
    for (var call : earlier) {
      if (hasEnded(call.id())) {
        ended.stream().filter(own -> own.id().equals(call.id())).forEach(repeated::add);
      } else if (!open.containsKey(call.id()) && ended.size() < keptCalls) {
        ended.addLast(call);
      }
    }
    earlier.reversed().stream()
        .filter(call -> !isKnown(call.id()))
        .forEach(call -> paths.ended(call.id(), call.pathThroughNanos()));
    return repeated;
  }

  boolean hasEnded(Call.Id call) {
    return paths.contains(call);
  }

  /// Service along the longest chain of calls that leads to this one. A parent still open counts with
  /// what leads to it.
  ///
  /// @param unknownNanos what counts for a parent that is not known, and where no parent is named
  long pathTo(Call.Id call, List<Call.Id> parents, long unknownNanos) {
    var before = openBeforeNanos.get(call);
    if (before != null) {
      return before;
    }
    long longest = Long.MIN_VALUE;
    for (var parent : parents) {
      longest = Math.max(longest, pathThrough(parent, unknownNanos));
    }
    return parents.isEmpty() ? unknownNanos : longest;
  }

  private long pathThrough(Call.Id parent, long unknownNanos) {
    var stillOpen = open.get(parent);
    if (stillOpen != null) {
      return stillOpen.pathNanos();
    }
    return paths
        .pathNanos(parent)
        .orElseGet(() -> openBeforeNanos.getOrDefault(parent, unknownNanos));
  }

  int size() {
    return open.size();
  }

  /// Whether all open calls are run by somebody else.
  boolean areAllExternal() {
    return open.values().stream().allMatch(CallRecord::isExternal);
  }

  ProgramView.State state() {
    var state = ProgramView.State.IDLE;
    for (var call : open.values()) {
      if (call.state() == CallState.RUNNING) {
        return ProgramView.State.RUNNING;
      }
      state = ProgramView.State.WAITING;
    }
    return state;
  }

  /// Open calls in their order of arrival, then ended ones, latest first.
  List<CallView> views(long nowNanos) {
    var views = new ArrayList<CallView>();
    for (Collection<CallRecord> calls : List.of(open.values(), ended)) {
      calls.forEach(call -> views.add(call.view(nowNanos)));
    }
    return views;
  }
}
