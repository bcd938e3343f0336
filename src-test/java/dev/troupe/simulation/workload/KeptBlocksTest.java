package dev.troupe.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptBlocksTest {

  private static final int BLOCK_TOKENS = 16;

  @Test
  void namesWhatAnOutputFillsByTheChildThatContinuesIt() {
    // 40 + 30 tokens fill 4 blocks; two of them are the prompt's, two the child names.
    var kept = kept(call(40, 30, ids(1, 2)), call(80, 1, ids(1, 2, 3, 4, 5), 0));

    assertThat(kept.getFirst()).isEqualTo(ids(1, 2, 3, 4));
  }

  @Test
  void prefersAChildToAnEarlierCall() {
    var kept =
        kept(call(32, 16, ids(1, 2)), call(48, 1, ids(1, 2, 7)), call(48, 1, ids(1, 2, 8), 0));

    assertThat(kept.getFirst()).isEqualTo(ids(1, 2, 8));
  }

  @Test
  void takesTheFirstLaterCallWhereNoChildContinues() {
    var kept =
        kept(
            call(32, 16, ids(1, 2)),
            call(48, 1, ids(1, 9, 10), 0),
            call(40, 1, ids(1, 2), 1),
            call(64, 1, ids(1, 2, 3, 4), 2),
            call(64, 1, ids(1, 2, 5, 6), 3));

    assertThat(kept.getFirst()).isEqualTo(ids(1, 2, 3));
  }

  @Test
  void keepsThePromptAloneWhereNothingContinuesIt() {
    // The child's prompt is a token shorter than prompt and output.
    var kept = kept(call(32, 17, ids(1, 2)), call(48, 1, ids(1, 2, 3), 0));

    assertThat(kept).containsExactly(ids(1, 2), ids(1, 2, 3));
  }

  @Test
  void seesNoContinuationOfAPromptWithoutAWholeBlock() {
    var kept = kept(call(15, 40, BlockRuns.NONE), call(64, 1, ids(1, 2, 3, 4), 0));

    assertThat(kept.getFirst()).isEqualTo(BlockRuns.NONE);
  }

  @Test
  void endsWithTheNamesThereAreWhereTheChildNamesFewer() {
    var kept = kept(call(32, 16, ids(1, 2)), call(64, 1, ids(1, 2), 0));

    assertThat(kept.getFirst()).isEqualTo(ids(1, 2));
  }

  private static List<BlockRuns> kept(CallTrace... calls) {
    return KeptBlocks.of(BLOCK_TOKENS, List.of(calls)).stream().map(CallTrace::kept).toList();
  }

  private static CallTrace call(int prompt, int output, BlockRuns blocks, Integer... parents) {
    return new CallTrace(Arrays.asList(parents), prompt, output, blocks, blocks, 0);
  }

  private static BlockRuns ids(long... ids) {
    var counts = new int[ids.length];
    Arrays.fill(counts, 1);
    return new BlockRuns(ids, counts);
  }
}
