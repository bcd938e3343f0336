package dev.troupe.program;

import static dev.troupe.program.RecordedCalls.ENGINE;
import static dev.troupe.program.RecordedCalls.PROGRAM;
import static dev.troupe.program.RecordedCalls.at;
import static dev.troupe.program.RecordedCalls.call;
import static dev.troupe.program.RecordedCalls.id;
import static dev.troupe.program.RecordedCalls.priority;
import static dev.troupe.program.RecordedCalls.standing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.program.ProgramView.CallState;
import dev.troupe.program.ProgramView.CallView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Where calls lie on the paths of their program. Times are whole seconds on the record's
/// clock.
class ProgramRecordPathsTest {

  private final RecordedCalls calls = new RecordedCalls();
  private final ProgramRecord program = calls.program;

  @Test
  void chargesAThreeCallChatWithTheSumOfItsCalls() {
    // Services 3 s, 5 s and 2 s: the second call comes with 3 s attained, the third with
    // 3 + 5 = 8 s, and the program ends with 8 + 2 = 10 s. A chat has one path, so its path is
    // the same sum.
    assertThat(calls.serve("c1", 3, at(0))).isEqualTo(priority(0, 0, 0, 0));
    assertThat(calls.serve("c2", 5, at(10))).isEqualTo(priority(3, 3, 0, 1));
    assertThat(calls.serve("c3", 2, at(20))).isEqualTo(priority(8, 8, 0, 2));

    assertThat(program.standing()).isEqualTo(standing(10, 10, 0, 3));
  }

  @Test
  void givesTheReducerOfAMapReduceItsLongestBranch() {
    // Root 1 s; mappers 4 s, 9 s and 2 s beside each other, each with path 1 s.
    // Reducer: max(1 + 4, 1 + 9, 1 + 2) = 10 s, while the program has attained
    // 1 + 4 + 9 + 2 = 16 s.
    calls.serve("root", 1, at(0));
    for (var mapper : List.of("m1", "m2", "m3")) {
      assertThat(calls.submit(mapper, at(1), "root"))
          .isEqualTo(
              new Priority(at(1), at(1), 0, 0, 1, mapper.equals("m1"), 0, OptionalInt.empty()));
    }
    calls.end("m1", 4, at(5));
    calls.end("m2", 9, at(10));
    calls.end("m3", 2, at(11));

    assertThat(calls.submit("reducer", at(12), "m1", "m2", "m3")).isEqualTo(priority(16, 10, 0, 2));
  }

  @Test
  void followsDeclaredParentsNotTheLongestPathOfTheProgram() {
    // The long branch took 50 s; a call that depends on the short one only comes after
    // 1 + 2 = 3 s.
    calls.serve("root", 1, at(0));
    calls.serve("long", 49, at(1), "root");
    calls.serve("short", 2, at(1), "root");

    assertThat(calls.submit("after-short", at(60), "short").pathNanos()).isEqualTo(at(3));
    assertThat(calls.submit("after-both", at(60), "short", "long").pathNanos()).isEqualTo(at(50));
  }

  @Test
  void givesParallelCallsWithoutParentsTheSamePath() {
    // Both inherit the scalar, 4 s. The longer one, 6 s, moves it to 10 s; the shorter one ends
    // at 5 s and moves nothing.
    calls.serve("first", 4, at(0));
    assertThat(calls.submit("left", at(5)).pathNanos()).isEqualTo(at(4));
    assertThat(calls.submit("right", at(5)).pathNanos()).isEqualTo(at(4));
    calls.end("left", 6, at(11));
    calls.end("right", 1, at(12));

    assertThat(program.standing()).isEqualTo(standing(11, 10, 0, 3));
    assertThat(calls.submit("next", at(13)).pathNanos()).isEqualTo(at(10));
  }

  @Test
  void countsAParentItDoesNotKnowAsTheWholeCriticalPath() {
    calls.serve("c1", 7, at(0));

    assertThat(calls.submit("c2", at(8), "never-seen").pathNanos()).isEqualTo(at(7));
  }

  @Test
  void countsAParentThatIsStillOpenWithWhatLeadsToIt() {
    calls.serve("root", 3, at(0));
    calls.submit("open", at(3), "root");

    assertThat(calls.submit("child", at(4), "open").pathNanos()).isEqualTo(at(3));
  }

  @Test
  void forgetsTheOldestPathsIntoTheCriticalPath() {
    var small =
        new ProgramRecord(
            PROGRAM,
            new ProgramSettings(Duration.ofHours(1), Duration.ofMinutes(2), 20_000, 1, 2),
            0);
    for (var id : List.of("a", "b", "c")) {
      small.submit(call(id), "test", Optional.empty(), Standing.NEW, 0, 0);
    }
    // Roots of 1 s, 2 s and 5 s; only the two latest are kept.
    small.ended(id("a"), ENGINE, Usage.NONE, at(1), CallOutcome.COMPLETED, at(1));
    small.ended(id("b"), ENGINE, Usage.NONE, at(2), CallOutcome.COMPLETED, at(2));
    small.ended(id("c"), ENGINE, Usage.NONE, at(5), CallOutcome.COMPLETED, at(5));

    assertThat(small.registered(id("after-b"), List.of(id("b")), at(6)).pathNanos())
        .isEqualTo(at(2));
    assertThat(small.registered(id("after-a"), List.of(id("a")), at(6)).pathNanos())
        .isEqualTo(at(5));
    assertThat(small.view(at(6)).calls())
        .filteredOn(call -> call.state() == CallState.COMPLETED)
        .extracting(CallView::id)
        .containsExactly(id("c"));
  }

  /// a1 and a2 side by side; b comes when a1 has ended, c when all have.
  @Test
  void aCallIsOneStageBehindTheLastThatHadEndedWhenItCame() {
    assertThat(calls.submit("a1", at(0)).stage()).isZero();
    assertThat(calls.submit("a2", at(0)).beginsStage()).isFalse();
    calls.end("a1", 1, at(1));
    assertThat(calls.submit("b", at(1)))
        .returns(1, Priority::stage)
        .returns(true, Priority::beginsStage);
    calls.end("a2", 1, at(2));
    calls.end("b", 1, at(3));

    assertThat(calls.submit("c", at(4)))
        .returns(2, Priority::stage)
        .returns(true, Priority::beginsStage);
  }

  @Test
  void aCallThatComesAgainBeginsNoStageOnceItWasGranted() {
    calls.submit("c1", at(0));
    assertThat(calls.submit("c1", at(1)).beginsStage()).isTrue();
    calls.grant("c1", 1, at(1));

    assertThat(calls.submit("c1", at(2)).beginsStage()).isFalse();
  }
}
