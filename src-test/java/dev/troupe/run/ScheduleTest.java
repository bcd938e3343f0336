package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("DS-1")
class ScheduleTest {

  private static final Instant START = Instant.parse("2027-03-01T00:00:00Z");

  private static Instant at(long seconds) {
    return START.plusSeconds(seconds);
  }

  private static Schedule.Past fired(long seconds) {
    return new Schedule.Past(Optional.of(at(seconds)), Optional.empty());
  }

  private static Schedule.Past ended(long fired, long ended) {
    return new Schedule.Past(Optional.of(at(fired)), Optional.of(at(ended)));
  }

  @Test
  void onceIsOnce() {
    Schedule once = new Schedule.Once(at(5));

    assertThat(once.next(Schedule.Past.NONE, START)).contains(at(5));
    assertThat(once.next(fired(5), at(6))).isEmpty();
  }

  @Test
  void aFixedRateDoesNotWaitForTheEnd() {
    Schedule rate = new Schedule.FixedRate(at(10), Duration.ofSeconds(10));

    assertThat(rate.next(Schedule.Past.NONE, START)).contains(at(10));
    assertThat(rate.next(fired(10), at(11))).contains(at(20));
    assertThat(rate.next(ended(10, 17), at(17))).contains(at(20));
  }

  @Test
  void ofMissedTimesOnlyTheLastIsMadeUpFor() {
    Schedule rate = new Schedule.FixedRate(at(10), Duration.ofSeconds(10));

    assertThat(rate.next(fired(10), at(57))).contains(at(50));
    assertThat(rate.next(fired(50), at(57))).contains(at(60));
  }

  @Test
  void aFixedDelayIsCountedFromTheEnd() {
    Schedule delay = new Schedule.FixedDelay(at(10), Duration.ofSeconds(10));

    assertThat(delay.next(Schedule.Past.NONE, START)).contains(at(10));
    assertThat(delay.next(fired(10), at(30))).isEmpty();
    assertThat(delay.next(ended(10, 17), at(17))).contains(at(27));
  }

  @Test
  void cronIsReadInItsZone() {
    Schedule cron = new Schedule.ByCron("30 8 * * MON-FRI", ZoneId.of("Europe/Berlin"), START);

    // 1 March 2027 is a Monday; 08:30 in Berlin is 07:30 UTC.
    Instant first = Instant.parse("2027-03-01T07:30:00Z");
    assertThat(cron.next(Schedule.Past.NONE, START)).contains(first);
    assertThat(
            cron.next(
                new Schedule.Past(
                    Optional.of(Instant.parse("2027-03-05T07:30:00Z")), Optional.empty()),
                Instant.parse("2027-03-05T07:30:01Z")))
        .contains(Instant.parse("2027-03-08T07:30:00Z"));
  }

  @Test
  void cronMakesUpForTheLastMissedTime() {
    Schedule cron = new Schedule.ByCron("0 * * * *", ZoneId.of("UTC"), START);

    assertThat(cron.next(fired(0), at(3 * 3_600 + 5))).contains(at(3 * 3_600));
    assertThat(cron.next(fired(3 * 3_600), at(3 * 3_600 + 5))).contains(at(4 * 3_600));
  }

  @Test
  void whatIsNoScheduleIsRefused() {
    for (String wrong : List.of("", "x", "61 * * * *", "* * *", "0 0 8 * * *")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Schedule.ByCron(wrong, ZoneId.of("UTC"), START));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Schedule.FixedRate(START, Duration.ZERO));
  }

  @Test
  void aHundredThousandTimersComeInOrder() {
    DueTimes<Integer> timers = new DueTimes<>();
    Random random = new Random(7);
    long[] times = random.longs(100_000, 0, 1_000_000).toArray();
    for (int i = 0; i < times.length; i++) {
      timers.put(i, times[i], 0);
    }
    for (int i = 0; i < times.length; i += 2) {
      timers.remove(i);
    }

    List<Integer> seen = new ArrayList<>();
    while (timers.next().isPresent()) {
      seen.addAll(timers.due(timers.next().getAsLong()));
    }

    assertThat(seen).hasSize(50_000);
    for (int i = 1; i < seen.size(); i++) {
      assertThat(times[seen.get(i)]).isGreaterThanOrEqualTo(times[seen.get(i - 1)]);
    }
  }

  @Test
  void ofTwoAtOneTimeTheMoreImportantGoesFirst() {
    DueTimes<String> timers = new DueTimes<>();
    timers.put("low", 5, 0);
    timers.put("high", 5, 1);
    timers.put("later", 9, 0);
    timers.put("later", 4, 0);

    assertThat(timers.due(5)).containsExactly("later", "high", "low");
    assertThat(timers.size()).isZero();
  }
}
