package dev.troupe.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.troupe.simulation.workload.Distribution.LogNormal;
import dev.troupe.simulation.workload.Distribution.Samples;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class WaitRuleTest {

  private static final OptionalLong UNKNOWN = OptionalLong.empty();
  private static final Distribution NINE = new Samples(List.of(9.0));

  private final SplittableRandom random = new SplittableRandom(3);

  @Test
  void keepsWhatWasRecordedAndFillsWhatWasNot() {
    var rule = new WaitRule.Recorded(NINE);

    assertThat(rule.waitNanos(true, OptionalLong.of(5), random)).isEqualTo(5);
    assertThat(rule.waitNanos(true, UNKNOWN, random)).isEqualTo(9);
    assertThat(rule.waitNanos(false, UNKNOWN, random)).isZero();
  }

  @Test
  void capsRecordedAndFilledWaits() {
    var rule = new WaitRule.Capped(7, NINE);

    assertThat(rule.waitNanos(true, OptionalLong.of(5), random)).isEqualTo(5);
    assertThat(rule.waitNanos(true, OptionalLong.of(50), random)).isEqualTo(7);
    assertThat(rule.waitNanos(true, UNKNOWN, random)).isEqualTo(7);
  }

  @Test
  void drawsForCallsWithParentsOnly() {
    var rule = new WaitRule.Drawn(NINE);

    assertThat(rule.waitNanos(true, OptionalLong.of(5), random)).isEqualTo(9);
    assertThat(rule.waitNanos(false, OptionalLong.of(5), random)).isZero();
  }

  @Test
  void letsNoCallWait() {
    assertThat(new WaitRule.None().waitNanos(true, OptionalLong.of(5), random)).isZero();
  }

  @Test
  void changesTheWaitsOfAWorkloadAndNothingElse() {
    var before = Generators.named("react", 20, 4);
    var after = new WaitRule.None().applyTo(before, 1);

    assertThat(waits(before).sum()).isPositive();
    assertThat(waits(after).sum()).isZero();
    assertThat(new WaitRule.Recorded(NINE).applyTo(before, 1)).isEqualTo(before);
  }

  @Test
  void drawsAProgramsWaitsWhateverOthersThereAre() {
    var rule = new WaitRule.Drawn(ToolWaits.WIKIPEDIA);
    var workload = Generators.named("react", 20, 4);

    assertThat(rule.applyTo(workload.head(5), 1)).isEqualTo(rule.applyTo(workload, 1).head(5));
    assertThat(rule.applyTo(workload, 1)).isNotEqualTo(rule.applyTo(workload, 2));
  }

  @Test
  void fitsALogNormalToMeanAndDeviation() {
    var distribution = new LogNormal(1923, 2133);
    var drawn = random.doubles(0, 1).limit(200_000).map(_ -> distribution.draw(random)).toArray();
    double mean = mean(drawn);
    double deviation =
        Math.sqrt(mean(Arrays.stream(drawn).map(x -> (x - mean) * (x - mean)).toArray()));

    assertThat(mean).isCloseTo(1923, within(30.0));
    assertThat(deviation).isCloseTo(2133, within(110.0));
  }

  @Test
  void drawsTheMeanWhereThereIsNoDeviation() {
    assertThat(new LogNormal(512, 0).draw(random)).isCloseTo(512, within(1e-9));
  }

  @Test
  void refusesSamplesThatAreNoTimes() {
    for (var samples : List.of(List.<Double>of(), List.of(1.0, -1.0), List.of(Double.NaN))) {
      assertThatThrownBy(() -> new Samples(samples)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static LongStream waits(Workload workload) {
    return workload.programs().stream()
        .flatMap(program -> program.calls().stream())
        .mapToLong(CallTrace::waitNanos);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
