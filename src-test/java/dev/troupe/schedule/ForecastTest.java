package dev.troupe.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ForecastTest {

  private static final long SECOND = 1_000_000_000L;

  @Test
  void ranksByServiceReceivedWhileNothingIsKnown() {
    var forecast = new Forecast();

    assertThat(forecast.rank(8 * SECOND)).isGreaterThan(forecast.rank(2 * SECOND));
    assertThat(forecast.rank(2 * SECOND)).isGreaterThan(forecast.rank(0));
  }

  @Test
  void isTheLeastServicePerProgramEnded() {
    // Ended at 1 s and at 9 s. After 4 s, 5 s are left of the larger one and 4 s of one unseen:
    // min(4 × 2 ÷ 1, (4 + 5) ÷ 2) = 4.5 s.
    var forecast = of(LongStream.of(SECOND, 9 * SECOND));

    assertThat(forecast.rank(4 * SECOND)).isCloseTo(4.5 * SECOND, within(1.0));
  }

  @Test
  void endsWhatItBeganWhereProgramsAreAlike() {
    var forecast = of(LongStream.range(0, 200).map(at -> (1000 + at % 7) * SECOND / 100));

    assertThat(forecast.rank(9 * SECOND)).isLessThan(forecast.rank(5 * SECOND));
    assertThat(forecast.rank(5 * SECOND)).isLessThan(forecast.rank(SECOND));
  }

  @Test
  void prefersNewcomersWhereFewProgramsNeedNearlyAll() {
    var random = new Random(7);
    // Pareto with shape 1.1.
    var forecast =
        of(
            LongStream.generate(() -> (long) (SECOND * Math.pow(1 - random.nextDouble(), -1 / 1.1)))
                .limit(250));

    assertThat(forecast.rank(16 * SECOND)).isGreaterThan(forecast.rank(4 * SECOND));
    assertThat(forecast.rank(4 * SECOND)).isGreaterThan(forecast.rank(2 * SECOND));
  }

  @Test
  void learnsAnew() {
    var forecast = of(LongStream.generate(() -> SECOND).limit(Forecast.KEPT));
    double before = forecast.rank(SECOND / 2);

    LongStream.generate(() -> 100 * SECOND).limit(Forecast.KEPT).forEach(forecast::ended);

    assertThat(forecast.rank(SECOND / 2)).isGreaterThan(10 * before / 10);
    assertThat(forecast.rank(50 * SECOND)).isLessThanOrEqualTo(50.5 * SECOND);
    assertThat(forecast.seen()).isEqualTo(2 * Forecast.KEPT);
  }

  @Test
  void ranksAProgramLargerThanAllBefore() {
    var forecast = of(LongStream.generate(() -> SECOND).limit(50));

    assertThat(forecast.rank(64 * SECOND)).isCloseTo(64.0 * SECOND, within(0.2 * 64 * SECOND));
  }

  private static Forecast of(LongStream ended) {
    var forecast = new Forecast();
    ended.forEach(forecast::ended);
    return forecast;
  }
}
