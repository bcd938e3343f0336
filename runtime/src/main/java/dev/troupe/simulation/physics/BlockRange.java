package dev.troupe.simulation.physics;

import org.jspecify.annotations.Nullable;

/// Blocks in a [BlockCache] with consecutive ids, which all are used and pinned alike. In the list of
/// idle blocks it stands for its blocks one by one, the deepest first. Mutable, confined to its cache.
final class BlockRange {

  final long first;
  final int unitsEach;
  int count;
  int users;
  int pins;
  @Nullable BlockRange older;
  @Nullable BlockRange newer;

  BlockRange(long first, int count, int unitsEach) {
    this.first = first;
    this.count = count;
    this.unitsEach = unitsEach;
  }

  /// The id behind its last.
  long behind() {
    return first + count;
  }

  boolean contains(long id) {
    return first <= id && id < behind();
  }

  long units() {
    return (long) count * unitsEach;
  }

  /// Whether it can be evicted.
  boolean isIdle() {
    return users == 0 && pins == 0;
  }

  /// Takes the blocks from an id on away from this range.
  ///
  /// @return they, used and pinned as they were, in no list
  BlockRange cutAt(long id) {
    var deeper = new BlockRange(id, (int) (behind() - id), unitsEach);
    deeper.users = users;
    deeper.pins = pins;
    count = (int) (id - first);
    return deeper;
  }
}
