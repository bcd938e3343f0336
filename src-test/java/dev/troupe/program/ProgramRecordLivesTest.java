package dev.troupe.program;

import static dev.troupe.program.RecordedCalls.ENGINE;
import static dev.troupe.program.RecordedCalls.OTHER_ENGINE;
import static dev.troupe.program.RecordedCalls.PROGRAM;
import static dev.troupe.program.RecordedCalls.SETTINGS;
import static dev.troupe.program.RecordedCalls.at;
import static dev.troupe.program.RecordedCalls.call;
import static dev.troupe.program.RecordedCalls.id;
import static dev.troupe.program.RecordedCalls.priority;
import static dev.troupe.program.RecordedCalls.standing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.program.ProgramView.CallView;
import dev.troupe.program.ProgramView.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a program takes over from an earlier life. Times are whole seconds on the records'
/// clocks.
class ProgramRecordLivesTest {

  private final RecordedCalls calls = new RecordedCalls();
  private final ProgramRecord program = calls.program;

  @Test
  void goesOnFromWhatAnEarlierLifeLeft() {
    calls.serve("c1", 3, at(0));
    calls.serve("c2", 4, at(10), "c1");
    calls.submit("open", at(20));
    var kept = program.view(at(30)).later(at(5));

    // The new life's clock began elsewhere.
    var next = new ProgramRecord(PROGRAM, SETTINGS, at(1000));
    next.restore(kept, at(1000));

    assertThat(next.standing()).isEqualTo(standing(7, 7, 0, 2));
    assertThat(next.lastEngine()).contains(ENGINE);
    assertThat(next.openCalls()).isZero();
    var view = next.view(at(1000));
    assertThat(view.ageNanos()).isEqualTo(at(35));
    assertThat(view.sinceArrivalNanos()).isEqualTo(at(15));
    // c2 ended at 14 s.
    assertThat(view.sinceCompletionNanos()).contains(at(21));
    assertThat(view.totalCalls()).isEqualTo(2);
    assertThat(view.calls()).isEqualTo(kept.calls().subList(1, 3));
    // Ended parents still count: path of c1 is 3 s, that of c2 is 7 s.
    assertThat(next.registered(id("x"), List.of(id("c1")), at(1001)).pathNanos()).isEqualTo(at(3));
  }

  @Test
  void aProgramThatWasKeptGoesOnAtItsStage() {
    calls.serve("c1", 3, at(0));
    calls.serve("c2", 3, at(10));
    var restored = restoredAt(at(20));

    var priority = restored.submit(call("c3"), "test", Optional.empty(), Standing.NEW, 0, at(21));

    assertThat(priority).isEqualTo(priority(6, 6, 0, 2));
  }

  @Test
  void keepsItsPriorityInItsNextLife() {
    program.matters(2, at(0));
    calls.serve("c1", 3, at(0));

    var next = restoredAt(at(10));

    assertThat(next.view(at(10)).priority()).isEqualTo(2);
    assertThat(next.registered(id("c2"), List.of(), at(11)).ofProgram()).isEqualTo(2);
  }

  @Test
  void endsARegisteredCallInItsNextLife() {
    calls.serve("root", 3, at(0));
    calls.serve("other", 50, at(3), "root");
    program.registered(id("outside"), List.of(id("root")), at(60));

    var next = restoredAt(at(70));

    assertThat(next.openCalls()).isEqualTo(1);
    assertThat(next.view(at(70)).calls()).isEqualTo(program.view(at(70)).calls());
    // Once 3 + 50 s along the longest path; the registered call adds 5 s after the root's 3 s.
    next.completed(id("outside"), Usage.NONE, at(5), true, at(75));
    assertThat(next.standing()).isEqualTo(standing(58, 53, 0, 3));
  }

  @Test
  void knowsInItsNextLifeWhereItsOpenCallsLie() {
    // Root 3 s, and beside each other: long, 50 s, and two that are open when the program
    // moves.
    calls.serve("root", 3, at(0));
    calls.submit("running", at(3), "root");
    calls.grant("running", 0, at(3));
    calls.submit("waiting", at(3), "root");
    calls.serve("long", 50, at(3), "root");

    var next = restoredAt(at(60));

    // Nobody holds them open: their callers may be gone.
    assertThat(next.openCalls()).isZero();
    assertThat(next.registered(id("child"), List.of(id("running")), at(61)).pathNanos())
        .isEqualTo(at(3));
    // Its end is charged where it lay: 3 + 9 s, which is less than 3 + 50 s.
    next.ended(id("running"), ENGINE, Usage.NONE, at(9), CallOutcome.COMPLETED, at(62));
    assertThat(next.standing()).isEqualTo(standing(62, 53, 0, 3));
    // Asks again, with the same place.
    var again = call("waiting", "root");
    assertThat(next.submit(again, "test", Optional.empty(), Standing.NEW, 0, at(63)).pathNanos())
        .isEqualTo(at(3));
  }

  /// Storage was silent when the next life began. Its caller's node had heard of the first
  /// call, not of the second.
  @Test
  void losesNothingWhenAnEarlierLifeIsHeardLate() {
    calls.serve("c1", 3, at(0));
    var hint = program.standing();
    calls.serve("c2", 4, at(10), "c1");
    program.opened(false, Optional.empty(), Map.of("team", "red"), at(15));
    program.matters(2, at(15));
    var kept = program.view(at(20));

    var next = new ProgramRecord(PROGRAM, SETTINGS, at(20));
    next.submit(call("c3"), "test", Optional.empty(), hint, 0, at(21));
    next.granted(id("c3"), OTHER_ENGINE, 0, false, 0, at(21));
    next.ended(id("c3"), OTHER_ENGINE, new Usage(100, 0, 7), at(5), CallOutcome.COMPLETED, at(26));
    next.submit(call("open"), "test", Optional.empty(), hint, 0, at(27));
    assertThat(next.standing()).isEqualTo(standing(8, 8, 0, 2));

    next.restore(kept.later(at(10)), at(30));

    assertThat(next.standing()).isEqualTo(standing(12, 12, 0, 3));
    assertThat(next.hasChanged()).isTrue();
    assertThat(next.view(at(30)))
        .returns(Map.of("team", "red"), ProgramView::metadata)
        .returns(2, ProgramView::priority)
        .returns(at(30), ProgramView::ageNanos)
        .returns(State.WAITING, ProgramView::state)
        .returns(List.of(OTHER_ENGINE, ENGINE), ProgramView::engines)
        .returns(100L, ProgramView::promptTokens);
    assertThat(next.view(at(30)).calls())
        .extracting(call -> call.id().value())
        .containsExactly("open", "c3", "c2", "c1");
  }

  @Test
  void chargesACallOnceThatAnEarlierLifeWasChargedForToo() {
    calls.serve("c1", 3, at(0));
    calls.serve("c2", 4, at(10), "c1");
    var kept = program.view(at(20));

    // The answer to the end of c2 was lost with the node: it is told again.
    var next = new ProgramRecord(PROGRAM, SETTINGS, at(20));
    next.ended(id("c2"), ENGINE, Usage.NONE, at(4), CallOutcome.COMPLETED, at(21));
    next.restore(kept, at(22));

    assertThat(next.standing().attainedNanos()).isEqualTo(at(7));
    assertThat(next.standing().endedCalls()).isEqualTo(2);
    assertThat(next.view(at(22)).completedCalls()).isEqualTo(2);
  }

  @Test
  void whatWasSaidSinceCountsWhenAnEarlierLifeIsHeardLate() {
    program.matters(2, at(0));
    calls.serve("c1", 3, at(0));
    program.registered(id("outside"), List.of(), at(4));
    program.close(State.COMPLETED, at(5));
    var kept = program.view(at(5));

    var next = new ProgramRecord(PROGRAM, SETTINGS, at(5));
    next.matters(0, at(6));
    next.submit(call("c1"), "test", Optional.empty(), Standing.NEW, 0, at(6));
    next.restore(kept, at(7));

    assertThat(next.view(at(7)).state()).isEqualTo(State.WAITING);
    assertThat(next.view(at(7)).priority()).isZero();
    assertThat(next.openCalls()).isEqualTo(1);
  }

  @Test
  void aProgramThatWasClosedStaysClosedThoughTheEndOfACallWasHeardFirst() {
    calls.serve("c1", 3, at(0));
    program.submit(call("c2"), "test", Optional.empty(), Standing.NEW, 0, at(3));
    program.close(State.COMPLETED, at(4));
    var kept = program.view(at(4));

    var next = new ProgramRecord(PROGRAM, SETTINGS, at(4));
    next.ended(id("c2"), ENGINE, Usage.NONE, at(1), CallOutcome.FAILED, at(5));
    next.restore(kept, at(6));

    assertThat(next.view(at(6)).state()).isEqualTo(State.COMPLETED);
    assertThat(next.standing().attainedNanos()).isEqualTo(at(4));
  }

  @Test
  void countsACancelledCallOnceThoughItsEndWasToldToBothLives() {
    program.submit(call("c1"), "test", Optional.empty(), Standing.NEW, 0, at(0));
    program.ended(id("c1"), ENGINE, Usage.NONE, at(2), CallOutcome.CANCELLED, at(3));
    var kept = program.view(at(3));

    var next = new ProgramRecord(PROGRAM, SETTINGS, at(4));
    next.ended(id("c1"), ENGINE, Usage.NONE, at(2), CallOutcome.CANCELLED, at(4));
    next.restore(kept, at(5));

    assertThat(next.view(at(5)))
        .returns(1L, ProgramView::cancelledCalls)
        .returns(0L, ProgramView::failedCalls)
        .returns(0L, ProgramView::completedCalls);
    assertThat(next.view(at(5)).calls()).singleElement().returns(true, CallView::isCancelled);
    assertThat(next.standing().attainedNanos()).isEqualTo(at(2));
  }

  @Test
  void staysClosedInItsNextLifeUntilItSpeaks() {
    calls.serve("c1", 3, at(0));
    program.close(State.COMPLETED, at(4));

    var next = new ProgramRecord(PROGRAM, SETTINGS, at(9));
    next.restore(program.view(at(9)), at(9));

    assertThat(next.view(at(9)).state()).isEqualTo(State.COMPLETED);
  }

  @Test
  void isOverInItsNextLifeWhenItWasSilentForTooLong() {
    // The latest call ended at 3 s.
    calls.serve("c1", 3, at(0));

    assertThat(restoredAfter(at(3603)).state()).isEqualTo(State.IDLE);
    assertThat(restoredAfter(at(3604)).state()).isEqualTo(State.TIMED_OUT);
  }

  private ProgramRecord restoredAt(long nowNanos) {
    var next = new ProgramRecord(PROGRAM, SETTINGS, nowNanos);
    next.restore(program.view(nowNanos), nowNanos);
    return next;
  }

  private ProgramView restoredAfter(long nowNanos) {
    var next = new ProgramRecord(PROGRAM, SETTINGS, 0);
    next.restore(program.view(nowNanos), 0);
    return next.view(0);
  }
}
