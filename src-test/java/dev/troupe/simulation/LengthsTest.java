package dev.troupe.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.troupe.program.Program;
import dev.troupe.program.RemainingCalls;
import dev.troupe.program.Tenant;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LengthsTest {

  private static final int PROGRAMS = 10_000;

  @Test
  void nobodySaysAnything() {
    assertThat(said(Lengths.UNSAID, 1, 5)).allMatch(OptionalInt::isEmpty);
  }

  @Test
  void withoutAnErrorItIsTheTruth() {
    assertThat(said(new Lengths(1, 0), 1, 5)).containsOnly(OptionalInt.of(5));
  }

  @Test
  void theShareOfProgramsSaysItAndOtherSeedsDrawOthers() {
    var first = said(new Lengths(0.3, 0), 1, 5);
    var other = said(new Lengths(0.3, 0), 2, 5);

    assertThat(share(first)).isCloseTo(0.3, within(0.02));
    assertThat(share(other)).isCloseTo(0.3, within(0.02));
    assertThat(other).isNotEqualTo(first);
    assertThat(said(new Lengths(0.3, 0), 1, 5)).isEqualTo(first);
  }

  /// Of 3 in 10 that say it, two draws agree for 0.3² + 0.7² of the programs, whichever are set side by
  /// side. Else seeds would be one draw over again, or neighbours would say it together.
  @Test
  void noDrawFollowsFromAnother() {
    var lengths = new Lengths(0.3, 0);
    var first = said(lengths, 1, 5);
    var second = said(lengths, 2, 5);

    for (int offset = 0; offset < 200; offset++) {
      assertThat(agreement(first, second, offset))
          .as("seeds, %d apart", offset)
          .isCloseTo(0.58, within(0.025));
    }
    for (int offset = 1; offset < 200; offset++) {
      assertThat(agreement(first, first, offset))
          .as("programs, %d apart", offset)
          .isCloseTo(0.58, within(0.025));
    }
  }

  private static double agreement(List<OptionalInt> some, List<OptionalInt> others, int offset) {
    int pairs = PROGRAMS - offset;
    return IntStream.range(0, pairs)
            .filter(at -> some.get(at + offset).isPresent() == others.get(at).isPresent())
            .count()
        / (double) pairs;
  }

  /// Of a logarithm with a standard deviation of 1 some 68 % are within 1, and half below 0.
  @Test
  void theErrorIsTheDeviationOfTheLogarithm() {
    var said = said(new Lengths(1, 1), 1, 999).stream().mapToDouble(OptionalInt::orElseThrow);
    var logarithms = said.map(calls -> Math.log((calls + 1) / 1_000)).toArray();

    assertThat(IntStream.range(0, PROGRAMS).filter(at -> Math.abs(logarithms[at]) < 1).count())
        .isBetween(6_600L, 7_000L);
    assertThat(IntStream.range(0, PROGRAMS).filter(at -> logarithms[at] < 0).count())
        .isBetween(4_800L, 5_200L);
  }

  /// With all its calls a program is wrong by the same factor.
  @Test
  void aProgramKeepsItsError() {
    var lengths = new Lengths(1, 1);
    var program = new Program.Id(Tenant.ANYONE, "p7");
    double factor = (1 + lengths.said(program, 1, 99_999).orElseThrow()) / 1e5;

    assertThat((1 + lengths.said(program, 1, 9_999).orElseThrow()) / 1e4)
        .isCloseTo(factor, within(1e-4));
  }

  @Test
  void whatIsSaidIsAlwaysANumberOfRemainingCalls() {
    assertThat(said(new Lengths(1, Lengths.MOST_ERROR), 1, 3))
        .allMatch(calls -> RemainingCalls.isValid(calls.orElseThrow()));
  }

  private static double share(List<OptionalInt> said) {
    return said.stream().filter(OptionalInt::isPresent).count() / (double) PROGRAMS;
  }

  private static List<OptionalInt> said(Lengths lengths, long seed, int after) {
    return IntStream.range(0, PROGRAMS)
        .mapToObj(at -> lengths.said(new Program.Id(Tenant.ANYONE, "p" + at), seed, after))
        .toList();
  }
}
