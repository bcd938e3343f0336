package dev.troupe.simulation.workload;

import java.util.ArrayList;
import java.util.List;

/// Which of several things with a beginning and an end came after which, where only times are told: one
/// that begins when others have ended needs the last of them, since these need the others.
///
/// They are taken in by their starts. Finding what one follows is O(those that overlap with it), and
/// O(all before) at worst.
final class Succession {

  /// From a beginning to an end, in nanoseconds of one clock.
  interface Stretch {
    long startNanos();

    long endNanos();
  }

  private final List<Stretch> stretches = new ArrayList<>();
  private final List<Long> latestEnds = new ArrayList<>();

  /// Takes in the next one, which begins no earlier than those before.
  void add(Stretch next) {
    stretches.add(next);
    latestEnds.add(
        latestEnds.isEmpty() ? next.endNanos() : Math.max(latestEnds.getLast(), next.endNanos()));
  }

  int size() {
    return stretches.size();
  }

  /// The positions of those that have ended by then, but for those that others of them followed; in order.
  List<Integer> lastBefore(long nanos) {
    var found = new ArrayList<Integer>();
    long latestStartNanos = Long.MIN_VALUE;
    for (int at = stretches.size() - 1; at >= 0 && latestEnds.get(at) > latestStartNanos; at--) {
      var stretch = stretches.get(at);
      if (stretch.endNanos() <= nanos && stretch.endNanos() > latestStartNanos) {
        found.add(at);
        latestStartNanos = Math.max(latestStartNanos, stretch.startNanos());
      }
    }
    return found.reversed();
  }
}
