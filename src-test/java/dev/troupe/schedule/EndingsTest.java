package dev.troupe.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.troupe.program.Priority;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class EndingsTest {

  private static final int MANY = 2_000;

  private final Endings endings = new Endings();

  @Test
  void whereNothingIsKnownAllStagesWeighTheSame() {
    assertThat(endings.weight(0)).isEqualTo(1);
    assertThat(endings.weight(1_000_000)).isEqualTo(1);
  }

  @Test
  void fewProgramsTellNothing() {
    for (int stage = 0; stage < Endings.PRIOR; stage++) {
      assertThat(endings.weight(0)).isEqualTo(1);
      serve(stage, true);
    }

    assertThat(endings.weight(0)).isNotEqualTo(1);
  }

  /// Half of the programs end with each stage, whatever was before: 2 stages for one that ends.
  @Test
  void whereThePastTellsNothingAllStagesWeighAboutTheSame() {
    var random = new Random(7);
    programs(_ -> {
      int stages = 1;
      while (random.nextBoolean()) {
        stages++;
      }
      return stages;
    });

    for (int stage = 0; stage < 6; stage++) {
      assertThat(endings.weight(stage)).isCloseTo(1, within(0.15));
    }
  }

  /// Three stages each: 3, 2 and 1 are left, and one of three stages is a last one. What is seen of the
  /// stages (2,000 times) outweighs the prior (32) to some percent.
  @Test
  void whereAllAreAlikeItIsWhatRemains() {
    programs(_ -> 3);

    assertThat(endings.weight(0)).isCloseTo(3 / 3.0, within(0.05));
    assertThat(endings.weight(1)).isCloseTo(2 / 3.0, within(0.05));
    assertThat(endings.weight(2)).isCloseTo(1 / 3.0, within(0.05));
  }

  /// Four of five end with their first stage, and then one of ten with each: of 5 programs 4 have 1 stage
  /// and one has 11 in the mean, 15 together, so a third of all stages are last ones. The first stage's
  /// weight is 5/4 × 1/3, the others' 10 × 1/3.
  @Test
  void whereFewGoOnForLongTheYoungWeighLess() {
    var random = new Random(7);
    programs(program -> {
      int stages = 1;
      if (program % 5 == 0) {
        do {
          stages++;
        } while (random.nextInt(10) > 0);
      }
      return stages;
    });

    assertThat(endings.weight(0)).isCloseTo(5 / 4.0 / 3, within(0.05));
    // The prior takes a fifth: 300 such stages were seen.
    assertThat(endings.weight(3)).isBetween(2.4, 10 / 3.0);
    assertThat(endings.weight(12)).isGreaterThan(4 * endings.weight(0));
  }

  /// Side by side with others, a call tells nothing that the first has not told.
  @Test
  void callsSideBySideAreOneStage() {
    for (int program = 0; program < MANY; program++) {
      serve(0, true);
      serve(1, true);
      for (int sibling = 0; sibling < 20; sibling++) {
        serve(1, false);
      }
      serve(2, true);
    }

    assertThat(endings.weight(0)).isCloseTo(1, within(0.05));
    assertThat(endings.weight(1)).isCloseTo(2 / 3.0, within(0.05));
  }

  /// They wait for their second stage and would seem to end, if only what is served counted.
  @Test
  void thoseThatWaitForTheirNextStageHaveNotEnded() {
    for (int program = 0; program < MANY; program++) {
      serve(0, true);
      endings.came(call(1, true));
      if (program % 2 == 0) {
        endings.sent(call(1, true));
      }
    }

    assertThat(endings.weight(0)).isGreaterThan(1.5 * endings.weight(1));
  }

  @Test
  void whatWasLongAgoCountsLess() {
    programs(_ -> 1);
    double before = endings.weight(0) / endings.weight(1);
    for (int again = 0; again < 10; again++) {
      programs(_ -> 2);
    }

    assertThat(endings.weight(0) / endings.weight(1)).isGreaterThan(1.5 * before);
  }

  @Test
  void theSameNewsGiveTheSameWeights() {
    var other = new Endings();
    var random = new Random(3);
    for (int at = 0; at < 50_000; at++) {
      var call = call(random.nextInt(2000), random.nextBoolean());
      for (var each : new Endings[] {endings, other}) {
        each.came(call);
        each.sent(call);
        if (call.stage() % 7 == 0) {
          each.cameBack(call);
        }
      }
      assertThat(endings.weight(at % 2000)).isPositive().isFinite();
    }

    for (int stage = 0; stage < 3000; stage++) {
      assertThat(endings.weight(stage)).isEqualTo(other.weight(stage));
    }
  }

  private void programs(IntUnaryOperator stages) {
    for (int program = 0; program < MANY; program++) {
      int all = stages.applyAsInt(program);
      for (int stage = 0; stage < all; stage++) {
        serve(stage, true);
      }
    }
  }

  private void serve(int stage, boolean beginsStage) {
    endings.came(call(stage, beginsStage));
    endings.sent(call(stage, beginsStage));
  }

  /// All programs have three stages, so a third of all is the last: three that are known to come weigh as
  /// those of a program at its first one, and one as those of a program at its third.
  @Test
  void aNumberOfStagesThatIsKnownHasTheSameMeasure() {
    assertThat(endings.weightOf(2)).isEqualTo(1);
    for (int program = 0; program < 3_000; program++) {
      for (int stage = 0; stage < 3; stage++) {
        endings.came(call(stage, true));
        endings.sent(call(stage, true));
      }
    }

    assertThat(endings.weightOf(3)).isCloseTo(endings.weight(0), within(0.05));
    assertThat(endings.weightOf(1)).isCloseTo(endings.weight(2), within(0.05));
  }

  private static Priority call(int stage, boolean beginsStage) {
    return new Priority(0, 0, 0, 0, stage, beginsStage, 0, OptionalInt.empty());
  }
}
