package dev.troupe.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class KvBlocksTest {

  private static final long[] PROMPT = {1, 2, 3};
  private static final long[] LONGER = {1, 2, 3, 4};

  @Test
  void findsTheBlocksOfAPromptThatBeganAlike() {
    var blocks = new KvBlocks(10);
    var first = blocks.hold(PROMPT, 4).orElseThrow();
    blocks.publish(first);
    blocks.release(first);

    assertThat(first.found()).isZero();
    assertThat(blocks.hold(LONGER, 5).orElseThrow().found()).isEqualTo(3);
  }

  @Test
  void findsNothingBeforeItIsComputed() {
    var blocks = new KvBlocks(10);

    assertThat(blocks.hold(PROMPT, 4).orElseThrow().found()).isZero();
    assertThat(blocks.hold(PROMPT, 4).orElseThrow().found()).isZero();
  }

  @Test
  void findsAPromptWhoseBeginningAnotherHasPublishedMeanwhile() {
    var blocks = new KvBlocks(10);
    var first = blocks.hold(PROMPT, 4).orElseThrow();
    var second = blocks.hold(LONGER, 5).orElseThrow();
    blocks.publish(first);
    blocks.publish(second);
    blocks.release(first);
    blocks.release(second);

    assertThat(blocks.hold(LONGER, 5).orElseThrow().found()).isEqualTo(4);
  }

  @Test
  void countsASharedBlockOnce() {
    var blocks = new KvBlocks(10);
    blocks.publish(blocks.hold(PROMPT, 4).orElseThrow());
    assertThat(blocks.hold(PROMPT, 4)).isPresent();

    // 3 shared prompt blocks, and one block of output each: 5 of 10.
    assertThat(blocks.use()).isEqualTo(0.5, within(1e-9));
  }

  @Test
  void refusesWhatHasNoRoomNow() {
    var blocks = new KvBlocks(6);
    var first = blocks.hold(PROMPT, 4).orElseThrow();
    blocks.publish(first);

    // 4 are held; {8, 9} needs 3 more, and PROMPT only one.
    assertThat(blocks.hold(new long[] {8, 9}, 3)).isEmpty();
    assertThat(blocks.hold(PROMPT, 4)).isPresent();
  }

  @Test
  void forgetsTheEndOfTheLeastRecentlyUsedPromptFirst() {
    var blocks = new KvBlocks(6);
    var first = blocks.hold(PROMPT, 3).orElseThrow();
    blocks.publish(first);
    blocks.release(first);

    // 3 idle blocks and 4 new ones are one too many: block 3 goes.
    blocks.release(blocks.hold(new long[] {8, 9}, 4).orElseThrow());

    assertThat(blocks.hold(PROMPT, 3).orElseThrow().found()).isEqualTo(2);
  }

  @Test
  void holdsNothingWhenAllHaveLeft() {
    var blocks = new KvBlocks(10);
    var first = blocks.hold(PROMPT, 4).orElseThrow();
    var second = blocks.hold(LONGER, 5).orElseThrow();
    blocks.publish(second);
    blocks.publish(first);
    blocks.release(first);
    blocks.release(second);

    assertThat(blocks.use()).isZero();
  }
}
