package dev.troupe.simulation.workload;

import java.util.Arrays;

/// The whole blocks of a prompt, first to last, as runs of consecutive ids. Equal ids in two prompts
/// mean that the prompts are equal up to the end of that block.
///
/// Immutable. The arrays are never changed after construction.
public final class BlockRuns {

  public static final BlockRuns NONE = new BlockRuns(new long[0], new int[0]);

  private final long[] firsts;
  private final int[] counts;
  private final int length;

  /// @param firsts first id of each run
  /// @param counts blocks of each run, at least 1
  public BlockRuns(long[] firsts, int[] counts) {
    if (firsts.length != counts.length) {
      throw new IllegalArgumentException("as many counts as runs");
    }
    this.firsts = firsts.clone();
    this.counts = counts.clone();
    int length = 0;
    for (int count : counts) {
      if (count < 1) {
        throw new IllegalArgumentException("a run has at least one block, not " + count);
      }
      length = Math.addExact(length, count);
    }
    this.length = length;
  }

  /// Blocks in all.
  public int length() {
    return length;
  }

  public int runs() {
    return firsts.length;
  }

  public long first(int run) {
    return firsts[run];
  }

  public int count(int run) {
    return counts[run];
  }

  /// The ids of all blocks, first to last.
  public long[] ids() {
    var ids = new long[length];
    int at = 0;
    for (int run = 0; run < firsts.length; run++) {
      for (int next = 0; next < counts[run]; next++) {
        ids[at++] = firsts[run] + next;
      }
    }
    return ids;
  }

  /// The beginning of this prompt, of at most so many blocks. O(runs).
  public BlockRuns beginning(int blocks) {
    if (blocks >= length) {
      return this;
    }
    int runs = 0;
    int left = blocks;
    while (left > 0) {
      left -= counts[runs++];
    }
    var shortened = Arrays.copyOf(counts, runs);
    if (runs > 0) {
      shortened[runs - 1] += left;
    }
    return new BlockRuns(Arrays.copyOf(firsts, runs), shortened);
  }

  /// Whether the other prompt begins with all blocks of this one. O(runs).
  public boolean isBeginningOf(BlockRuns other) {
    return equals(other.beginning(length));
  }

  /// Equal ids in equal order; runs that continue each other count as one.
  @Override
  public boolean equals(Object other) {
    return other instanceof BlockRuns that && Arrays.equals(ids(), that.ids());
  }

  @Override
  public int hashCode() {
    return length == 0 ? 0 : Long.hashCode(firsts[0]) * 31 + length;
  }

  @Override
  public String toString() {
    return "BlockRuns[" + length + " blocks]";
  }
}
