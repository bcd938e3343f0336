package dev.troupe.program;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/// Where the latest ended calls of a program lie on its paths: for each, the service along the
/// longest chain of calls up to and including it.
///
/// Bounded. What is forgotten is not lost: the program's critical path is at least as long as every
/// path that was ever in here, and stands in for a call that is not found.
final class PathHistory {

  private final Map<Call.Id, Long> pathsNanos = new LinkedHashMap<>();
  private final int kept;

  PathHistory(int kept) {
    this.kept = kept;
  }

  void ended(Call.Id call, long pathNanos) {
    pathsNanos.remove(call);
    pathsNanos.put(call, pathNanos);
    if (pathsNanos.size() > kept) {
      pathsNanos.remove(pathsNanos.keySet().iterator().next());
    }
  }

  void forget(Call.Id call) {
    pathsNanos.remove(call);
  }

  boolean contains(Call.Id call) {
    return pathsNanos.containsKey(call);
  }

  OptionalLong pathNanos(Call.Id call) {
    var pathNanos = pathsNanos.get(call);
    return pathNanos == null ? OptionalLong.empty() : OptionalLong.of(pathNanos);
  }
}
