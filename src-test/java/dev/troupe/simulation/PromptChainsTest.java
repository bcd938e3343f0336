package dev.troupe.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.program.PrefixChain;
import dev.troupe.simulation.workload.BlockRuns;
import org.junit.jupiter.api.Test;

class PromptChainsTest {

  @Test
  void hasABoundaryForEveryBlockOfAShortPrompt() {
    var chain = PromptChains.of(runs(new long[] {70, 900}, new int[] {2, 1}), 16);

    assertThat(chain).isEqualTo(new PrefixChain(new long[] {70, 71, 900}, new int[] {16, 32, 48}));
  }

  @Test
  void thinsALongPromptAndKeepsItsEnd() {
    var chain = PromptChains.of(runs(new long[] {0}, new int[] {301}), 64);

    assertThat(chain.length()).isLessThanOrEqualTo(PrefixChain.MAX_LENGTH);
    assertThat(chain.hash(0)).isEqualTo(3);
    assertThat(chain.tokens(0)).isEqualTo(4 * 64);
    assertThat(chain.hash(chain.length() - 1)).isEqualTo(300);
    assertThat(chain.tokens(chain.length() - 1)).isEqualTo(301 * 64);
  }

  @Test
  void sharesBoundariesBetweenAPromptAndItsContinuation() {
    var before = PromptChains.of(runs(new long[] {0}, new int[] {120}), 16);
    var after = PromptChains.of(runs(new long[] {0, 5000}, new int[] {120, 900}), 16);

    int deepest = 0;
    for (int at = 0; at < after.length(); at++) {
      for (int other = 0; other < before.length(); other++) {
        deepest = after.hash(at) == before.hash(other) ? before.tokens(other) : deepest;
      }
    }
    assertThat(deepest).isEqualTo(120 * 16);
  }

  @Test
  void hasNoBoundaryWithoutAWholeBlock() {
    assertThat(PromptChains.of(BlockRuns.NONE, 16)).isEqualTo(PrefixChain.EMPTY);
  }

  private static BlockRuns runs(long[] firsts, int[] counts) {
    return new BlockRuns(firsts, counts);
  }
}
