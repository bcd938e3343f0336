package dev.troupe.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlockRunsTest {

  @Test
  void joinsRunsThatContinueEachOther() {
    var blocks = new BlockRuns(new long[] {3, 5, 9}, new int[] {2, 1, 1});

    assertThat(blocks.runs()).isEqualTo(2);
    assertThat(blocks.ids()).containsExactly(3, 4, 5, 9);
    assertThat(blocks).isEqualTo(new BlockRuns(new long[] {3, 9}, new int[] {3, 1}));
  }

  @Test
  void refusesAnEmptyRun() {
    assertThatThrownBy(() -> new BlockRuns(new long[] {1}, new int[] {0}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void answersAsItsExpandedIdsWould() {
    var random = new SplittableRandom(5);
    for (int round = 0; round < 5_000; round++) {
      var one = drawn(random);
      var other =
          random.nextBoolean() ? drawn(random) : one.beginning(random.nextInt(9)).with(4, 2);
      int mismatch = Arrays.mismatch(one.ids(), other.ids());
      int shared = mismatch < 0 ? one.length() : mismatch;
      int cut = random.nextInt(one.length() + 2);

      assertThat(one.shared(other)).isEqualTo(shared);
      assertThat(one.isBeginningOf(other)).isEqualTo(shared == one.length());
      assertThat(one.equals(other)).isEqualTo(mismatch < 0);
      assertThat(one.beginning(cut).ids())
          .isEqualTo(Arrays.copyOf(one.ids(), Math.min(cut, one.length())));
    }
  }

  /// Few ids and short runs, so that equal beginnings are frequent.
  private static BlockRuns drawn(SplittableRandom random) {
    var blocks = BlockRuns.NONE;
    for (int runs = random.nextInt(4); runs > 0; runs--) {
      blocks = blocks.with(random.nextInt(3), 1 + random.nextInt(3));
    }
    return blocks;
  }
}
