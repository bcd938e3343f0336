package dev.troupe.simulation.physics;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The blocks that nobody uses, in ranges, in the order in which they leave: a linked list. Mutable,
/// confined to its [BlockCache]. O(1).
final class IdleBlocks {

  private @Nullable BlockRange oldest;
  private @Nullable BlockRange newest;
  private long units;

  long units() {
    return units;
  }

  /// There must be one.
  BlockRange oldest() {
    return Objects.requireNonNull(oldest, "nothing can be evicted");
  }

  /// The range that became idle last, if these blocks follow it in the prompt's direction: they belong
  /// to one range with it.
  @Nullable BlockRange newestBehind(BlockRange range) {
    return newest != null && newest.first == range.behind() && newest.unitsEach == range.unitsEach
        ? newest
        : null;
  }

  void append(BlockRange range) {
    range.older = newest;
    range.newer = null;
    if (newest == null) {
      oldest = range;
    } else {
      newest.newer = range;
    }
    newest = range;
    units += range.units();
  }

  void remove(BlockRange range) {
    if (range.older == null) {
      oldest = range.newer;
    } else {
      range.older.newer = range.newer;
    }
    if (range.newer == null) {
      newest = range.older;
    } else {
      range.newer.older = range.older;
    }
    units -= range.units();
  }

  /// The deeper part of a range was cut off it, and stays at its place: it leaves before the rest.
  void cut(BlockRange range, BlockRange deeper) {
    deeper.older = range.older;
    deeper.newer = range;
    if (range.older == null) {
      oldest = deeper;
    } else {
      range.older.newer = deeper;
    }
    range.older = deeper;
  }

  /// The deepest block of the oldest range has gone.
  void lostOne(int unitsEach) {
    units -= unitsEach;
  }
}
