package dev.troupe.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GapsTest {

  @Test
  void keepNothingForLongerThanItSaves() {
    var gaps = new Gaps();
    for (int at = 0; at < 101; at++) {
      gaps.add(50);
    }

    assertThat(gaps.isCold()).isFalse();
    assertThat(gaps.best(49)).isZero();
    assertThat(gaps.best(51)).isEqualTo(50);
  }

  @Test
  void keepForTheShortOnesWhenTheLongOnesAreNotWorthIt() {
    var gaps = new Gaps();
    for (int at = 0; at < 100; at++) {
      gaps.add(at % 10 == 0 ? 1000 : 10);
    }

    // 0.9 × 100 − 10 = 80 beats 1 × 100 − 1000 and 0.
    assertThat(gaps.best(100)).isEqualTo(10);
    // 1 × 20,000 − 1000 beats 0.9 × 20,000 − 10.
    assertThat(gaps.best(20_000)).isEqualTo(1000);
  }
}
