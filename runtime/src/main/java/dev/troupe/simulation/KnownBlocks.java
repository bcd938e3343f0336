package dev.troupe.simulation;

import dev.troupe.simulation.workload.BlockRuns;
import java.util.TreeMap;

/// The blocks that the calls of a program have left in engines' caches so far, whatever became of them
/// there. Tells which part of a prompt is prefilled again, not for the first time.
///
/// Mutable, confined. O(runs × log ranges).
final class KnownBlocks {

  // First id of a range of neighbours, to the id behind its last.
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  /// How many blocks a prompt begins with that are known. A block's id stands for all before it too.
  int leading(BlockRuns prompt) {
    int known = 0;
    for (int run = 0; run < prompt.runs(); run++) {
      long first = prompt.first(run);
      var range = ranges.floorEntry(first);
      long behind = range == null ? first : Math.max(first, range.getValue());
      int here = (int) Math.min(prompt.count(run), behind - first);
      known += here;
      if (here < prompt.count(run)) {
        break;
      }
    }
    return known;
  }

  void add(BlockRuns blocks) {
    for (int run = 0; run < blocks.runs(); run++) {
      add(blocks.first(run), blocks.first(run) + blocks.count(run));
    }
  }

  private void add(long first, long behind) {
    long from = first;
    long to = behind;
    var before = ranges.floorEntry(first);
    if (before != null && before.getValue() >= first) {
      from = before.getKey();
      to = Math.max(to, before.getValue());
    }
    for (var next = ranges.ceilingEntry(from);
        next != null && next.getKey() <= to;
        next = ranges.ceilingEntry(from)) {
      to = Math.max(to, next.getValue());
      ranges.remove(next.getKey());
    }
    ranges.put(from, to);
  }
}
