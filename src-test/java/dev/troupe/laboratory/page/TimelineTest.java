package dev.troupe.laboratory.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.simulation.ProgramOutcome;
import dev.troupe.simulation.ProgramOutcome.CallOutcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Five calls, in seconds: 0 from 0 to 3; then 1 to 9, 2 to 5 and 3 to 4 at once; 4, which needs all
/// three, from 9 to 12.
class TimelineTest {

  private static final long SECOND = 1_000_000_000;

  private static final List<CallOutcome> CALLS =
      List.of(
          call(List.of(), 0, 3),
          call(List.of(0), 3, 9),
          call(List.of(0), 3, 5),
          call(List.of(0), 3, 4),
          call(List.of(1, 2, 3), 9, 12));

  private static final ProgramOutcome PROGRAM =
      new ProgramOutcome("a&b", "search", "t", 0, 12 * SECOND, SECOND, SECOND, 500, 0, 50, CALLS);

  @Test
  void followsTheParentThatKeptACallToTheFirst() {
    assertThat(Timeline.criticalPath(CALLS)).containsExactlyInAnyOrder(0, 1, 4);
  }

  @Test
  void laysCallsThatOverlapInLanesOfTheirOwn() {
    assertThat(Timeline.lanes(CALLS)).containsExactly(0, 0, 1, 2, 0);
  }

  @Test
  void drawsEveryCallAndMarksTheCriticalOnes() {
    var document = WellFormed.document(new Timeline("of a&b", PROGRAM, 12).html());

    // One group per call; each ready call waits in both queues, then runs.
    assertThat(document.getElementsByTagName("g").getLength()).isEqualTo(5);
    var bars = document.getElementsByTagName("rect");
    int critical = 0;
    for (int bar = 0; bar < bars.getLength(); bar++) {
      var kind = bars.item(bar).getAttributes().getNamedItem("class").getNodeValue();
      critical += kind.equals("runs critical") ? 1 : 0;
    }
    // Three calls, and the legend's.
    assertThat(critical).isEqualTo(4);
  }

  @Test
  void tellsHowLongEachCallWaitedAndRan() {
    assertThat(new Timeline("t", PROGRAM, 12).html())
        .contains(
            "call 1 on engine 2: waited 1 s, ran 5 s; 100 prompt tokens, 40 cached,"
                + " 20 prefilled again, 10 output tokens");
  }

  private static CallOutcome call(List<Integer> parents, int ready, int end) {
    return new CallOutcome(
        parents,
        ready * SECOND,
        ready * SECOND + SECOND / 2,
        ready * SECOND + SECOND,
        end * SECOND,
        2,
        100,
        40,
        20,
        10);
  }
}
