package dev.troupe.simulation.workload;

import java.util.Arrays;

/// The whole blocks of a prompt, first to last, as runs of consecutive ids. Equal ids in two prompts
/// mean that the prompts are equal up to the end of that block.
///
/// Immutable. Runs that continue each other are joined on construction, so equal blocks have equal
/// runs, and all comparisons are O(runs).
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
    var joinedFirsts = firsts.clone();
    var joinedCounts = counts.clone();
    int runs = 0;
    int length = 0;
    for (int run = 0; run < firsts.length; run++) {
      int count = counts[run];
      if (count < 1) {
        throw new IllegalArgumentException("a run has at least one block, not " + count);
      }
      length = Math.addExact(length, count);
      if (runs > 0 && joinedFirsts[runs - 1] + joinedCounts[runs - 1] == firsts[run]) {
        joinedCounts[runs - 1] += count;
      } else {
        joinedFirsts[runs] = firsts[run];
        joinedCounts[runs++] = count;
      }
    }
    this.firsts = runs == firsts.length ? joinedFirsts : Arrays.copyOf(joinedFirsts, runs);
    this.counts = runs == firsts.length ? joinedCounts : Arrays.copyOf(joinedCounts, runs);
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

  /// This prompt with one more run of blocks behind it. O(runs).
  ///
  /// @param count at least 1
  BlockRuns with(long first, int count) {
    var moreFirsts = Arrays.copyOf(firsts, firsts.length + 1);
    var moreCounts = Arrays.copyOf(counts, counts.length + 1);
    moreFirsts[firsts.length] = first;
    moreCounts[counts.length] = count;
    return new BlockRuns(moreFirsts, moreCounts);
  }

  /// How many blocks this prompt and the other begin with in common. O(runs).
  public int shared(BlockRuns other) {
    int runs = Math.min(firsts.length, other.firsts.length);
    int shared = 0;
    for (int run = 0; run < runs && firsts[run] == other.firsts[run]; run++) {
      shared += Math.min(counts[run], other.counts[run]);
      if (counts[run] != other.counts[run]) {
        break;
      }
    }
    return shared;
  }

  /// Whether the other prompt begins with all blocks of this one. O(runs).
  public boolean isBeginningOf(BlockRuns other) {
    return length <= other.length && shared(other) == length;
  }

  /// Equal ids in equal order; runs that continue each other count as one.
  @Override
  public boolean equals(Object other) {
    return other instanceof BlockRuns that
        && Arrays.equals(firsts, that.firsts)
        && Arrays.equals(counts, that.counts);
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
