package dev.troupe.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

  @Test
  void stretchesAllGapsAlike() {
    // Four programs in 9 s come at 3 in 9 s; at one a second they take 3 s, a third.
    var workload = Arrivals.atRate(arrivingAtSeconds(6, 7, 12, 15), 1, 0);

    assertThat(arrivals(workload))
        .containsExactly(0L, 333_333_333L, 2_000_000_000L, 3_000_000_000L);
    assertThat(ids(workload)).containsExactly("p0", "p1", "p2", "p3");
  }

  @Test
  void losesNoProgramAndReachesTheRateForEverySeed() {
    var recorded = Generators.named("chat", 500, 2);
    for (long seed = 0; seed < 20; seed++) {
      double rate = 0.1 + seed;
      var workload = Arrivals.atRate(recorded, rate, seed);
      long last = workload.programs().getLast().arrivalNanos();

      assertThat(ids(workload)).containsExactlyInAnyOrderElementsOf(ids(recorded));
      assertThat(499e9 / last).isCloseTo(rate, within(1e-6 * rate));
      assertThat(arrivals(workload))
          .containsExactlyElementsOf(arrivals(Arrivals.atRate(recorded, rate, 0)));
    }
  }

  @Test
  void shufflesBySeed() {
    var recorded = Generators.named("chat", 50, 2);

    assertThat(ids(Arrivals.atRate(recorded, 1, 0))).isEqualTo(ids(recorded));
    assertThat(Arrivals.atRate(recorded, 1, 7)).isEqualTo(Arrivals.atRate(recorded, 1, 7));
    assertThat(ids(Arrivals.atRate(recorded, 1, 7)))
        .isNotEqualTo(ids(recorded))
        .isNotEqualTo(ids(Arrivals.atRate(recorded, 1, 8)));
  }

  @Test
  void changesNothingButTheArrival() {
    var recorded = Generators.named("chat", 50, 2);
    var back =
        Arrivals.atRate(recorded, 3, 7).programs().stream()
            .map(program -> program.arrivingAt(original(recorded, program).arrivalNanos()))
            .toList();

    assertThat(new Workload("chat", back)).isEqualTo(recorded);
  }

  @Test
  void drawsGapsWhereAllComeAtOnce() {
    var once = Arrivals.allAtOnce(Generators.named("chat", 1000, 2), 0);
    var workload = Arrivals.atRate(once, 4, 5);

    assertThat(arrivals(once)).containsOnly(0L);
    assertThat(999e9 / workload.programs().getLast().arrivalNanos()).isCloseTo(4, within(1e-6));
    assertThat(arrivals(workload).stream().distinct()).hasSizeGreaterThan(990);
  }

  @Test
  void beginsWithASingleProgramAtOnce() {
    assertThat(arrivals(Arrivals.atRate(arrivingAtSeconds(6), 2, 1))).containsExactly(0L);
    assertThat(Arrivals.atRate(arrivingAtSeconds(), 2, 1).programs()).isEmpty();
  }

  @Test
  void refusesARateThatIsNone() {
    for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Arrivals.atRate(arrivingAtSeconds(1, 2), rate, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void takesTheFirstPrograms() {
    assertThat(ids(arrivingAtSeconds(6, 1, 4).head(2))).containsExactly("p1", "p2");
  }

  @Test
  void splitsInTwoEvenlyAndByIdAlone() {
    var workload = Generators.named("chat", 1000, 2);
    var split = Split.of(workload, 3);

    assertThat(Stream.of(split.fitted(), split.reported()).flatMap(part -> ids(part).stream()))
        .containsExactlyInAnyOrderElementsOf(ids(workload));
    // 1000 coin throws are 500 ± 16.
    assertThat(split.fitted().programs()).hasSizeBetween(436, 564);
    assertThat(ids(Split.of(workload.head(300), 3).fitted()))
        .isEqualTo(
            ids(split.fitted())
                .subList(0, Split.of(workload.head(300), 3).fitted().programs().size()));
    assertThat(ids(Split.of(workload, 4).fitted())).isNotEqualTo(ids(split.fitted()));
  }

  private static ProgramTrace original(Workload workload, ProgramTrace program) {
    return workload.programs().stream()
        .filter(other -> other.id().equals(program.id()))
        .findFirst()
        .orElseThrow();
  }

  private static Workload arrivingAtSeconds(long... seconds) {
    var call = new CallTrace(List.of(), 1, 1, BlockRuns.NONE, BlockRuns.NONE, 0);
    return new Workload(
        "w",
        LongStream.range(0, seconds.length)
            .mapToObj(program ->
                new ProgramTrace(
                    "p" + program,
                    "k",
                    "t",
                    seconds[(int) program] * 1_000_000_000,
                    16,
                    List.of(call)))
            .toList());
  }

  private static List<String> ids(Workload workload) {
    return workload.programs().stream().map(ProgramTrace::id).toList();
  }

  private static List<Long> arrivals(Workload workload) {
    return workload.programs().stream().map(ProgramTrace::arrivalNanos).toList();
  }
}
