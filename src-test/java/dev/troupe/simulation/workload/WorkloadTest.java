package dev.troupe.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class WorkloadTest {

  private static final long SECOND = 1_000_000_000L;

  @Test
  void programsAreInTheOrderOfTheirArrival() {
    assertThat(arriving(5, 1).programs())
        .extracting(ProgramTrace::arrivalNanos)
        .containsExactly(SECOND, 5 * SECOND);
  }

  @Test
  void arrivesFromTheFirstProgramToTheLast() {
    assertThat(arriving(10, 11, 14).arrivingSeconds()).hasValue(4);
  }

  @Test
  void programsThatComeAllAtOnceTakeNoTimeToArrive() {
    assertThat(arriving(3, 3).arrivingSeconds()).isEmpty();
    assertThat(arriving(3).arrivingSeconds()).isEmpty();
    assertThat(arriving().arrivingSeconds()).isEmpty();
  }

  private static Workload arriving(long... seconds) {
    var call = new CallTrace(List.of(), 20, 3, BlockRuns.NONE, BlockRuns.NONE, 0);
    return new Workload(
        "w",
        LongStream.of(seconds)
            .mapToObj(second -> new ProgramTrace("p", "k", "t", second * SECOND, 16, List.of(call)))
            .toList());
  }
}
