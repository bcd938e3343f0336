package dev.troupe.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.simulation.workload.BlockRuns;
import org.junit.jupiter.api.Test;

class KnownBlocksTest {

  private final KnownBlocks known = new KnownBlocks();

  @Test
  void knowsNothingAtFirst() {
    assertThat(known.leading(blocks(5, 3))).isZero();
    assertThat(known.leading(BlockRuns.NONE)).isZero();
  }

  @Test
  void knowsABeginningUpToTheFirstBlockThatIsNew() {
    known.add(blocks(5, 3, 20, 4));

    assertThat(known.leading(blocks(5, 3, 20, 2))).isEqualTo(5);
    assertThat(known.leading(blocks(5, 3, 20, 9))).isEqualTo(7);
    assertThat(known.leading(blocks(5, 2, 40, 1, 20, 4))).isEqualTo(2);
    assertThat(known.leading(blocks(4, 3))).isZero();
  }

  @Test
  void joinsRangesThatTouchOrOverlap() {
    known.add(blocks(10, 5));
    known.add(blocks(30, 5));
    known.add(blocks(14, 17));

    assertThat(known.leading(blocks(10, 30))).isEqualTo(25);

    known.add(blocks(12, 2));
    assertThat(known.leading(blocks(10, 30))).isEqualTo(25);
  }

  /// @param runs first ids and counts, in turn
  private static BlockRuns blocks(long... runs) {
    var firsts = new long[runs.length / 2];
    var counts = new int[runs.length / 2];
    for (int run = 0; run < firsts.length; run++) {
      firsts[run] = runs[2 * run];
      counts[run] = (int) runs[2 * run + 1];
    }
    return new BlockRuns(firsts, counts);
  }
}
