package dev.troupe.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SoakVerdictTest {

  private static final SoakSample IDLE = new SoakSample(100, 900, 40, 130, 10, 0, 0, 0, 0);
  private static final List<SoakSample> STEADY = loaded(100, 100, 100, 100, 100, 100, 100, 100);

  @Test
  void passesANodeThatEndsAsItBegan() {
    assertThat(SoakVerdict.of(IDLE, STEADY, IDLE, 0)).allMatch(SoakVerdict::passed);
  }

  @Test
  void passesWhatIsWithinTheSlack() {
    var idle = new SoakSample(100, 900, 48, 146, 10, 0, 0, 0, 0);

    assertThat(SoakVerdict.of(IDLE, STEADY, idle, 0)).allMatch(SoakVerdict::passed);
  }

  @Test
  void failsForEachThingThatIsLeft() {
    var idle = new SoakSample(100, 900, 49, 147, 10, 1, 2, 3, 4);

    assertThat(SoakVerdict.of(IDLE, STEADY, idle, 5))
        .filteredOn(verdict -> !verdict.passed())
        .extracting(verdict -> verdict.what().replaceFirst(":.*", ""))
        .containsExactly(
            "calls that ended otherwise than they should",
            "leases",
            "open calls",
            "requests in the engines",
            "resident programs",
            "open files",
            "threads");
  }

  @Test
  void comparesTheHeapOfTheLastQuarterWithTheSecond() {
    // Means: 100 in the second quarter; 110 and 111 in the last. The first quarter does not count.
    assertThat(heap(loaded(10, 10, 90, 110, 500, 500, 100, 120)).passed()).isTrue();
    assertThat(heap(loaded(10, 10, 90, 110, 500, 500, 100, 122)).passed()).isFalse();
  }

  private static SoakVerdict heap(List<SoakSample> loaded) {
    return SoakVerdict.of(IDLE, loaded, IDLE, 0).getLast();
  }

  private static List<SoakSample> loaded(long... heapBytes) {
    return LongStream.of(heapBytes)
        .mapToObj(bytes -> new SoakSample(bytes, 900, 45, 150, 30, 5, 5, 50, 5))
        .toList();
  }
}
