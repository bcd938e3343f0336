package dev.troupe.laboratory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CensusTest {

  @Test
  void itsRateIsThatOfTheGapsFromTheFirstToTheLast() {
    assertThat(arriving(3, OptionalDouble.of(4)).perSecond()).hasValue(0.5);
    assertThat(arriving(3, OptionalDouble.empty()).perSecond()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0.25, 0.25 s",
    "119, 119 s",
    "150, 2.5 minutes",
    "9000, 2.5 hours",
    "216000, 2.5 days"
  })
  void tellsThePeriodInAUnitThatPeopleUse(double seconds, String period) {
    assertThat(arriving(2, OptionalDouble.of(seconds)).period()).isEqualTo(period);
  }

  @Test
  void tellsWhatWasRead() {
    assertThat(new Census(7, 9, 2, 3, OptionalDouble.of(36_000), Optional.empty()).read())
        .isEqualTo(
            "Read: 7 programs of 2 tenants, 9 calls, and 3 programs that no engine can hold; they came"
                + " within 10 hours, 0.000167 per second in the mean, idle times included.");
  }

  @Test
  void tellsOfProgramsThatCameAtOneTime() {
    assertThat(arriving(2, OptionalDouble.empty()).read())
        .isEqualTo("Read: 2 programs of 1 tenant, 2 calls; they came all at once.");
    assertThat(arriving(1, OptionalDouble.empty()).read())
        .isEqualTo("Read: 1 program of 1 tenant, 1 call.");
  }

  private static Census arriving(int programs, OptionalDouble seconds) {
    return new Census(programs, programs, 1, 0, seconds, Optional.empty());
  }
}
