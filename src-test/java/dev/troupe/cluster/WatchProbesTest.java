package dev.troupe.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WatchProbesTest {

  @Test
  void doNotEndWithAnAnswerThatMayComeFromThisNode() {
    var probes = after(5);

    assertThat(probes.endWithAnswerTo(0)).isFalse();
    assertThat(probes.endWithAnswerTo(3)).isFalse();
  }

  @Test
  void endWithAnAnswerToABatchThatWasSentLongAfterTheNodeCameUp() {
    // The fifth, 4 * 50 ms after the first.
    assertThat(after(5).endWithAnswerTo(4)).isTrue();
    assertThat(after(100).endWithAnswerTo(50)).isTrue();
  }

  @Test
  void areAllSentAfterFifteenSeconds() {
    // 15 s / 50 ms = 300
    assertThat(after(299).areAllSent()).isFalse();
    assertThat(after(300).areAllSent()).isTrue();
  }

  @Test
  void withTheirWithdrawalsTakeNoMoreThanHalfOfWhatPekkoKeepsForANode() {
    // pekko.remote.artery.advanced.system-message-buffer-size is 20,000.
    int sent =
        Stream.iterate(WatchProbes.none(), WatchProbes::withOneMore)
                .filter(WatchProbes::areAllSent)
                .findFirst()
                .orElseThrow()
                .sent()
            * WatchProbes.BATCH;

    assertThat(2 * sent).isLessThanOrEqualTo(10_000);
  }

  private static WatchProbes after(int batches) {
    return Stream.iterate(WatchProbes.none(), WatchProbes::withOneMore)
        .skip(batches)
        .findFirst()
        .orElseThrow();
  }
}
