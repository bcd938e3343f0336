package dev.troupe.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.EngineId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Times are seconds, by clocks that began apart.
class ProgramTimesTest {

  private final ProgramTimes times = new ProgramTimes(at(1000));

  @Test
  void agesAreCountedFromWhatHappenedLast() {
    times.heard(at(1002));
    times.arrived(at(1001));
    assertThat(times.sinceCompletionNanos(at(1003))).isEmpty();
    times.completed(at(1002));

    assertThat(times.ageNanos(at(1010))).isEqualTo(at(10));
    assertThat(times.sinceArrivalNanos(at(1010))).isEqualTo(at(9));
    assertThat(times.sinceCompletionNanos(at(1010))).contains(at(8));
    assertThat(times.silentNanos(at(1010))).isEqualTo(at(8));
  }

  @Test
  void anEarlierLifeIsPartOfTheAge() {
    times.restore(kept(), false, at(1000));

    assertThat(times.ageNanos(at(1000))).isEqualTo(at(50));
    assertThat(times.sinceArrivalNanos(at(1000))).isEqualTo(at(30));
    assertThat(times.sinceCompletionNanos(at(1000))).contains(at(20));
  }

  @Test
  void whatHappenedInThisLifeIsLaterThanAnEarlierOne() {
    times.arrived(at(1001));
    times.completed(at(1002));

    times.restore(kept(), true, at(1010));

    assertThat(times.ageNanos(at(1010))).isEqualTo(at(50));
    assertThat(times.sinceArrivalNanos(at(1010))).isEqualTo(at(9));
    assertThat(times.sinceCompletionNanos(at(1010))).contains(at(8));
  }

  /// 50 s old; a call came 30 s ago and ended 20 s ago.
  private static ProgramView kept() {
    var settings =
        new ProgramSettings(Duration.ofHours(1), Duration.ofMinutes(2), 20_000, 64, 4096);
    var earlier = new ProgramRecord(new Program.Id(Tenant.ANYONE, "p"), settings, 0);
    var call = new Call.Id("c");
    earlier.registered(call, List.of(), at(20));
    earlier.ended(call, new EngineId("e"), Usage.NONE, at(10), CallOutcome.COMPLETED, at(30));
    return earlier.view(at(50));
  }

  private static long at(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }
}
