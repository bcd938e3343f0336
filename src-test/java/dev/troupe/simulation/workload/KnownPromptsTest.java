package dev.troupe.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.program.PrefixChain;
import org.junit.jupiter.api.Test;

class KnownPromptsTest {

  private final KnownPrompts prompts = new KnownPrompts();

  @Test
  void aPromptThatContinuesAnotherBeginsWithItsBlocks() {
    var first = prompts.blocks(beginnings(1, 50, 2, 100), 100);
    var second = prompts.blocks(beginnings(1, 50, 2, 100, 3, 130, 4, 160), 160);

    assertThat(first.length()).isEqualTo(6);
    assertThat(second.length()).isEqualTo(10);
    assertThat(second.shared(first)).isEqualTo(6);
  }

  @Test
  void whatTwoPromptsHaveInCommonEndsWithTheLastEqualHash() {
    var one = prompts.blocks(beginnings(1, 64, 2, 160), 160);
    var other = prompts.blocks(beginnings(1, 64, 3, 160), 160);

    assertThat(one.shared(other)).isEqualTo(4);
  }

  @Test
  void equalPromptsHaveEqualBlocks() {
    var blocks = prompts.blocks(beginnings(1, 20, 2, 80), 80);

    assertThat(prompts.blocks(beginnings(1, 20, 2, 80), 80)).isEqualTo(blocks);
  }

  /// The node took a token for twice as long as it is.
  @Test
  void beginningsAreStretchedToTheLengthThatTheEngineCounted() {
    var one = prompts.blocks(beginnings(1, 32, 2, 80), 160);
    var other = prompts.blocks(beginnings(1, 32, 3, 80), 160);

    assertThat(one.length()).isEqualTo(10);
    assertThat(one.shared(other)).isEqualTo(4);
  }

  @Test
  void aPromptIsAsLongAsCountedThoughItsTextWasLongerBefore() {
    prompts.blocks(beginnings(1, 100), 100);

    assertThat(prompts.blocks(beginnings(1, 100), 64).length()).isEqualTo(4);
    assertThat(prompts.blocks(beginnings(1, 100), 128).length()).isEqualTo(8);
  }

  @Test
  void aPromptWithoutBeginningsHasNothingInCommonWithAnother() {
    var one = prompts.blocks(beginnings(), 32);
    var other = prompts.blocks(beginnings(), 32);

    assertThat(one.length()).isEqualTo(2);
    assertThat(one.shared(other)).isZero();
  }

  @Test
  void beginningsThatAreEstimatedAsNothingAreNoReasonToFail() {
    assertThat(prompts.blocks(beginnings(1, 0, 2, 0), 32).length()).isEqualTo(2);
  }

  static PrefixChain beginnings(int... hashesAndTokens) {
    var hashes = new long[hashesAndTokens.length / 2];
    var tokens = new int[hashes.length];
    for (int at = 0; at < hashes.length; at++) {
      hashes[at] = hashesAndTokens[2 * at];
      tokens[at] = hashesAndTokens[2 * at + 1];
    }
    return new PrefixChain(hashes, tokens);
  }
}
