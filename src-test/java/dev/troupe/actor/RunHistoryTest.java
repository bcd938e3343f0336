package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.run.Recorded;
import dev.troupe.run.RunEvent;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RunHistoryTest {

  private final RunHistory history = new RunHistory();

  @Test
  void keepsOneBatchAtATimeAndKnowsHowFarItIs() {
    history.add(events(1, 2), true);
    assertThat(history.beginKeeping()).isEqualTo(events(1, 2));
    history.add(events(3, 3), true);

    assertThat(history.beginKeeping()).isEmpty();
    assertThat(history.keptUpTo()).isZero();
    history.kept();
    assertThat(history.keptUpTo()).isEqualTo(2);
    assertThat(history.beginKeeping()).isEqualTo(events(3, 3));
    history.kept();
    assertThat(history.keptUpTo()).isEqualTo(3);
    assertThat(history.unkept()).isZero();
  }

  @Test
  void tellsOnlyUpToWhereItMay() {
    history.add(events(1, 5), true);

    assertThat(history.events(2, 4, 10)).isEqualTo(events(2, 4));
    assertThat(history.events(1, 5, 2)).isEqualTo(events(1, 2));
  }

  @Test
  void forgetsWhatTheJournalHasAndNothingElse() {
    history.add(events(1, 2_000), true);
    history.beginKeeping();
    assertThat(history.reaches(1)).isTrue();

    history.kept();
    history.add(events(2_001, 2_001), true);
    assertThat(history.reaches(1)).isFalse();
    assertThat(history.reaches(2_001)).isTrue();
    assertThat(history.reaches(2_002)).isTrue();
  }

  @Test
  void remembersAllThatIsKeptNowhereElse() {
    history.add(events(1, 2_000), false);

    assertThat(history.reaches(1)).isTrue();
    assertThat(history.keptUpTo()).isEqualTo(2_000);
  }

  private static List<Recorded> events(long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(number -> new Recorded(number, 0, new RunEvent.Paused()))
        .toList();
  }
}
