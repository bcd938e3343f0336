package dev.troupe.laboratory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.simulation.Outcome;
import dev.troupe.simulation.ProgramOutcome;
import dev.troupe.simulation.Setup;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Programs of a run take what is said, in seconds: of two, the mean is halfway between them, and
/// the 99th percentile lies 99 hundredths of the way to the longer one.
class ConclusionTest {

  @Test
  void namesWhoHasTheLowestMeanAndHowMuchThatIs() {
    // Means of 20 and 22 s against 10 and 10; 99th percentiles of 20 and 22 s against 10 and 10.
    var rows = List.of(row("engine-fcfs", of(20), of(22)), row("quick", of(10), of(10)));

    assertThat(Conclusion.of(rows))
        .containsExactly(
            "At load 1 quick has the lowest mean response, 10.0 s, 2.10 (2.00–2.20) times as fast as"
                + " engine-fcfs; its p99 is shorter: 10.0 s against 21.0 s.");
  }

  @Test
  void saysWhatTheWinnerPaysInTheTail() {
    // Mean 25 s, 99th percentile 49.5 s, against 30 s for all.
    var rows =
        List.of(row("engine-fcfs", of(30, 30), of(30, 30)), row("quick", of(0, 50), of(0, 50)));

    assertThat(Conclusion.of(rows).getFirst())
        .endsWith("1.20 times as fast as engine-fcfs; its p99 is longer: 49.5 s against 30.0 s.");
  }

  @Test
  void saysWhereNotEverySeedAgrees() {
    // 20 and 20 s against 10 and 25: medians of 20 and 17.5 s, 2 and 0.8 times as fast.
    var rows = List.of(row("engine-fcfs", of(20), of(20)), row("quick", of(10), of(25)));

    assertThat(Conclusion.of(rows).getFirst())
        .contains(
            "17.5 s, 1.40 (0.800–2.00) times as fast as engine-fcfs, but not with every seed, so that"
                + " it is uncertain; its p99");
  }

  /// Seeds lie far apart, but with each of them the order is the same.
  @Test
  void comparesSeedBySeed() {
    var rows = List.of(row("engine-fcfs", of(20), of(200)), row("quick", of(10), of(100)));

    assertThat(Conclusion.of(rows).getFirst())
        .contains(" 2.00 times as fast as engine-fcfs; its p99")
        .doesNotContain("uncertain");
  }

  @Test
  void saysThatOneDrawShowsNoChance() {
    var rows = List.of(row("engine-fcfs", of(20)), row("quick", of(10)));

    assertThat(Conclusion.of(rows).getFirst())
        .contains(
            "as fast as engine-fcfs (drawn once, which does not show what is chance); its p99");
  }

  @Test
  void namesThoseThatMayBeAsFast() {
    var rows =
        List.of(
            row("engine-fcfs", of(20), of(22)),
            row("quick", of(10), of(10)),
            row("slow", of(11), of(11)),
            row("a", of(10), of(12)),
            row("b", of(9), of(12)),
            row("c", of(10), of(13)),
            row("d", of(10), of(14)));

    assertThat(Conclusion.of(rows).getFirst())
        .endsWith("against 21.0 s; with some seed no slower: a, b, c and 1 more.");
  }

  @Test
  void saysThatNothingBeatsTodaysPractice() {
    var rows =
        List.of(
            row("engine-fcfs", of(20), of(20)),
            row("same", of(20), of(20)),
            row("slow", of(30), of(40)));

    assertThat(Conclusion.of(rows))
        .containsExactly(
            "At load 1 nothing has a lower mean response than engine-fcfs, 20.0 s; next is same, 1.00"
                + " times as fast; with some seed no slower: same.");
  }

  @Test
  void saysHowTheDefaultDoesWhereNothingBeatsTodaysPractice() {
    var rows =
        List.of(
            row("engine-fcfs", of(20), of(20)),
            row("without-pace", of(20), of(20)),
            row("least-cost", of(25), of(25)));

    assertThat(Conclusion.of(rows))
        .containsExactly(
            "At load 1 nothing has a lower mean response than engine-fcfs, 20.0 s; next is without-pace,"
                + " 1.00 times as fast; least-cost, the default, 0.800; with some seed no slower:"
                + " without-pace.");
  }

  @Test
  void saysThatNothingDiffersWhereNothingDoes() {
    var rows =
        List.of(
            row("engine-fcfs", of(20), of(40)),
            row("quick", of(19.9), of(39.9)),
            row("slow", of(20.1), of(40.1)));

    assertThat(Conclusion.of(rows))
        .containsExactly(
            "At load 1 no mean response differs by 1 % from that of engine-fcfs, 30.0 s; more programs,"
                + " more load or fewer engines would tell policies apart.");
  }

  @Test
  void aTailThatDiffersByLessThanAHundredthIsTheSame() {
    // Means of 25 and 20 s, both with a 99th percentile of about 39.7 s.
    var rows = List.of(row("engine-fcfs", of(10, 40)), row("quick", of(0.1, 40)));

    assertThat(Conclusion.of(rows).getFirst()).endsWith("; its p99 is the same, 39.6 s.");
  }

  @Test
  void aBoundIsNoPolicyThatCouldWin() {
    var rows =
        List.of(
            row("engine-fcfs", of(20)),
            row("quick", of(10)),
            row("clairvoyant", of(5)),
            row("known-lengths", of(6)));

    assertThat(Conclusion.of(rows))
        .satisfiesExactly(
            sentence -> assertThat(sentence).startsWith("At load 1 quick has the lowest"),
            leftOut ->
                assertThat(leftOut)
                    .isEqualTo(
                        "Left out here, since they are told what no policy knows: clairvoyant,"
                            + " known-lengths."));
  }

  @Test
  void aBoundIsComparedWhereNothingElseIs() {
    var rows = List.of(row("engine-fcfs", of(20)), row("clairvoyant", of(5)));

    assertThat(Conclusion.of(rows))
        .singleElement()
        .asString()
        .startsWith("At load 1 clairvoyant has the lowest mean response, 5.00 s");
  }

  @Test
  void speaksOfEachLoadByItselfAndOfPlacementsWhereAPolicyHasSeveral() {
    var rows =
        List.of(
            row("engine-fcfs", "round-robin", 0.5, of(20)),
            row("quick", "round-robin", 0.5, of(10)),
            row("quick", "prefix-aware", 0.5, of(8)),
            row("engine-fcfs", "round-robin", 1.5, of(20)),
            row("quick", "round-robin", 1.5, of(30)));

    assertThat(Conclusion.of(rows))
        .satisfiesExactly(
            low ->
                assertThat(low)
                    .startsWith("At load 0.5 quick with prefix-aware has the lowest")
                    .contains("as fast as engine-fcfs ("),
            high -> assertThat(high).startsWith("At load 1.5 nothing has a lower mean response"));
  }

  private static double[] of(double... responseSeconds) {
    return responseSeconds;
  }

  /// @param seeds the response times of each
  private static Row row(String policy, double[]... seeds) {
    return row(policy, "prefix-aware", 1, seeds);
  }

  private static Row row(String policy, String placement, double load, double[]... seeds) {
    var results =
        IntStream.range(0, seeds.length)
            .mapToObj(seed ->
                result(new Setup(policy, placement, load, 1, "A100-8B", seed + 1), seeds[seed]))
            .toList();
    return new Row(new Contender(policy, placement), load, results);
  }

  private static Result result(Setup setup, double[] responseSeconds) {
    var programs = Arrays.stream(responseSeconds).mapToObj(ConclusionTest::program).toList();
    return Result.of(new Outcome(setup, "chat", programs, 0, 0, 0, 0, 0, 0, 1));
  }

  private static ProgramOutcome program(double responseSeconds) {
    long endNanos = Math.round(responseSeconds * 1e9);
    return new ProgramOutcome("a", "chat", "chat", 0, endNanos, 0, endNanos, 1, 0, 1, List.of());
  }
}
