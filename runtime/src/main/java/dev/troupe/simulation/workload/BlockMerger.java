package dev.troupe.simulation.workload;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Makes one block of every so many, so that two prompts with `n` blocks in common have `n / divisor`
/// in common afterwards.
///
/// The last of the merged blocks tells which text ends there, so it names the new block. What a prompt
/// has in common with the one before is not looked up again, which makes a growing conversation cost
/// what it adds.
final class BlockMerger {

  private final int divisor;
  private final BlockNames names;
  private final Map<Long, Long> merged = new HashMap<>();
  private BlockRuns before = BlockRuns.NONE;
  private BlockRuns mergedBefore = BlockRuns.NONE;

  /// @param names shared by all that merge blocks of one workload
  BlockMerger(int divisor, BlockNames names) {
    this.divisor = divisor;
    this.names = names;
  }

  /// A prompt's blocks, `divisor` at a time; a rest of fewer is left out.
  BlockRuns merged(BlockRuns blocks) {
    var known = mergedBefore.beginning(blocks.shared(before) / divisor);
    before = blocks;
    mergedBefore = withNew(blocks, known);
    return mergedBefore;
  }

  private BlockRuns withNew(BlockRuns blocks, BlockRuns known) {
    int fresh = blocks.length() / divisor - known.length();
    if (fresh == 0) {
      return known;
    }
    int runs = known.runs();
    var firsts = new long[runs + fresh];
    var counts = new int[runs + fresh];
    Arrays.fill(counts, 1);
    for (int run = 0; run < runs; run++) {
      firsts[run] = known.first(run);
      counts[run] = known.count(run);
    }
    int wanted = (known.length() + 1) * divisor - 1;
    int passed = 0;
    for (int run = 0; run < blocks.runs(); run++) {
      for (; wanted < passed + blocks.count(run); wanted += divisor) {
        firsts[runs++] = name(blocks.first(run) + wanted - passed);
      }
      passed += blocks.count(run);
    }
    return new BlockRuns(firsts, counts);
  }

  private long name(long lastMerged) {
    return merged.computeIfAbsent(lastMerged, _ -> names.take(1));
  }
}
