package dev.troupe.simulation.physics;

import dev.troupe.simulation.workload.BlockRuns;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The prompt blocks in an engine's KV memory, by id, with how many calls use each, and the unused
/// ones in the order in which they leave.
///
/// A block of a trace takes one or more *units*, which are blocks of the engine. A block is *in use*
/// (a running call refers to it), else *pinned*, else *idle*: in the list of those that can be
/// evicted, least recently used first. The blocks of one prompt become idle deepest first, as in
/// vLLM, so that a beginning outlives what follows it.
///
/// Blocks with neighbouring ids that are used alike lie in one [BlockRange], which is cut where calls
/// part, and joined again where they leave one after another: a prompt of 100,000 tokens is a handful of
/// ranges, not thousands of blocks. Every operation is O(ranges it is given × log ranges here).
final class BlockCache {

  // By the first id. Ranges do not overlap.
  private final TreeMap<Long, BlockRange> ranges = new TreeMap<>();
  private final IdleBlocks idle = new IdleBlocks();
  // Found last: the next question is often of the same. One that is no more holds nothing.
  private BlockRange latest = new BlockRange(0, 0, 1);
  private long heldUnits;
  private long usedUnits;

  long heldUnits() {
    return heldUnits;
  }

  long idleUnits() {
    return idle.units();
  }

  long usedUnits() {
    return usedUnits;
  }

  /// Leading blocks that are here, of the first `limit`.
  int hits(BlockRuns blocks, int limit) {
    int hits = 0;
    for (int run = 0; run < blocks.runs() && hits < limit; run++) {
      long behind = blocks.first(run) + Math.min(blocks.count(run), limit - hits);
      for (long id = blocks.first(run); id < behind; ) {
        var range = at(id);
        if (range == null) {
          return hits;
        }
        long next = Math.min(behind, range.behind());
        hits += (int) (next - id);
        id = next;
      }
    }
    return hits;
  }

  /// Units of those of the first `count` blocks that are idle. All of them are here.
  long idleUnits(BlockRuns blocks, int count) {
    long units = 0;
    int left = count;
    for (int run = 0; left > 0; run++) {
      int part = Math.min(left, blocks.count(run));
      long behind = blocks.first(run) + part;
      for (long id = blocks.first(run); id < behind; ) {
        var range = here(id);
        long next = Math.min(behind, range.behind());
        units += range.isIdle() ? (next - id) * range.unitsEach : 0;
        id = next;
      }
      left -= part;
    }
    return units;
  }

  /// A call uses the blocks `from` (inclusive) to `to` (exclusive). Those that are not here are now.
  void use(BlockRuns blocks, int from, int to, int unitsEach) {
    int begin = 0;
    for (int run = 0; begin < to; begin += blocks.count(run++)) {
      long first = blocks.first(run) + Math.max(0, from - begin);
      long behind = blocks.first(run) + Math.min(blocks.count(run), to - begin);
      for (long id = first; id < behind; ) {
        var range = at(id);
        if (range == null) {
          range = add(id, gapBehind(id, behind), unitsEach);
        } else {
          range = part(range, id, behind);
          leaveIdle(range);
        }
        if (range.users++ == 0) {
          usedUnits += range.units();
        }
        id = range.behind();
      }
    }
  }

  /// A call no longer uses its first `count` blocks.
  void release(BlockRuns blocks, int count) {
    int begin = blocks.length();
    for (int run = blocks.runs() - 1; run >= 0; run--) {
      begin -= blocks.count(run);
      long first = blocks.first(run);
      for (long behind = first + Math.min(blocks.count(run), count - begin); behind > first; ) {
        var range = part(here(behind - 1), first, behind);
        behind = range.first;
        if (--range.users == 0) {
          usedUnits -= range.units();
          if (range.pins == 0) {
            append(range);
          }
        }
      }
    }
  }

  /// Takes the blocks `from` (inclusive) to `to` (exclusive) in as idle ones. Idle ones that were
  /// here count as used now.
  void keep(BlockRuns blocks, int from, int to, int unitsEach) {
    int begin = blocks.length();
    for (int run = blocks.runs() - 1; run >= 0; run--) {
      begin -= blocks.count(run);
      long first = blocks.first(run) + Math.max(0, from - begin);
      for (long behind = blocks.first(run) + Math.min(blocks.count(run), to - begin);
          behind > first; ) {
        var range = at(behind - 1);
        if (range == null) {
          range = add(gapBefore(behind, first), behind, unitsEach);
          append(range);
        } else {
          range = part(range, first, behind);
          if (range.isIdle()) {
            idle.remove(range);
            append(range);
          }
        }
        behind = range.first;
      }
    }
  }

  /// Removes the block that has been idle longest. There must be one.
  void evictOldest() {
    var range = idle.oldest();
    if (range.count == 1) {
      idle.remove(range);
      ranges.remove(range.first);
    } else {
      idle.lostOne(range.unitsEach);
    }
    range.count--;
    heldUnits -= range.unitsEach;
  }

  /// Keeps the first `count` blocks, which are all here, from being idle.
  void pin(BlockRuns blocks, int count) {
    int left = count;
    for (int run = 0; left > 0; run++) {
      int part = Math.min(left, blocks.count(run));
      long behind = blocks.first(run) + part;
      for (long id = blocks.first(run); id < behind; ) {
        var range = part(here(id), id, behind);
        leaveIdle(range);
        range.pins++;
        id = range.behind();
      }
      left -= part;
    }
  }

  /// The reverse of `pin`.
  void unpin(BlockRuns blocks, int count) {
    int begin = blocks.length();
    for (int run = blocks.runs() - 1; run >= 0; run--) {
      begin -= blocks.count(run);
      long first = blocks.first(run);
      for (long behind = first + Math.min(blocks.count(run), count - begin); behind > first; ) {
        var range = part(here(behind - 1), first, behind);
        behind = range.first;
        range.pins--;
        if (range.isIdle()) {
          append(range);
        }
      }
    }
  }

  /// The range that holds a block.
  private @Nullable BlockRange at(long id) {
    if (latest.contains(id)) {
      return latest;
    }
    var below = ranges.floorEntry(id);
    if (below == null || !below.getValue().contains(id)) {
      return null;
    }
    latest = below.getValue();
    return latest;
  }

  /// The same for a block that is here.
  private BlockRange here(long id) {
    return Objects.requireNonNull(at(id), "a block that is used or pinned is here");
  }

  private BlockRange add(long first, long behind, int unitsEach) {
    var range = new BlockRange(first, (int) (behind - first), unitsEach);
    ranges.put(first, range);
    heldUnits += range.units();
    return range;
  }

  /// The end of the gap that begins with a block.
  private long gapBehind(long id, long most) {
    var next = ranges.ceilingKey(id);
    return next == null ? most : Math.min(most, next);
  }

  /// The beginning of the gap that ends before a block.
  private long gapBefore(long id, long least) {
    var before = ranges.lowerEntry(id);
    return before == null ? least : Math.max(least, before.getValue().behind());
  }

  /// Cuts off what of a range lies beyond these ids.
  private BlockRange part(BlockRange range, long first, long behind) {
    var part = range.first < first ? cut(range, first) : range;
    if (part.behind() > behind) {
      cut(part, behind);
    }
    return part;
  }

  private BlockRange cut(BlockRange range, long id) {
    var deeper = range.cutAt(id);
    ranges.put(id, deeper);
    if (range.isIdle()) {
      idle.cut(range, deeper);
    }
    return deeper;
  }

  private void leaveIdle(BlockRange range) {
    if (range.isIdle()) {
      idle.remove(range);
    }
  }

  /// A range becomes idle. It is one with what follows it, if that became idle just before.
  private void append(BlockRange range) {
    var deeper = idle.newestBehind(range);
    if (deeper != null) {
      idle.remove(deeper);
      ranges.remove(deeper.first);
      range.count += deeper.count;
      deeper.count = 0;
    }
    idle.append(range);
  }
}
