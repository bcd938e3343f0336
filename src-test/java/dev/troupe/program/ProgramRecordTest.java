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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.program.ProgramView.CallState;
import dev.troupe.program.ProgramView.CallView;
import dev.troupe.program.ProgramView.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// What is charged and shown of a program. Times are whole seconds on the record's clock.
class ProgramRecordTest {

  private final RecordedCalls calls = new RecordedCalls();
  private final ProgramRecord program = calls.program;

  @Test
  void givesACallSubmittedTwiceTheSamePriority() {
    calls.submit("waiting", at(0));
    calls.serve("other", 8, at(1));

    assertThat(calls.submit("waiting", at(10))).isEqualTo(Priority.NEWCOMER);
    assertThat(program.openCalls()).isOne();
    assertThat(program.view(at(10)).totalCalls()).isEqualTo(2);
  }

  @Test
  void chargesACallOnce() {
    calls.serve("c1", 3, at(0));

    calls.end("c1", 3, at(4));

    assertThat(program.standing()).isEqualTo(standing(3, 3, 0, 1));
  }

  @Test
  void takesAnIdThatComesAgainForANewCall() {
    calls.serve("c1", 3, at(0));
    calls.serve("c1", 4, at(5));

    assertThat(program.standing()).isEqualTo(standing(7, 7, 0, 2));
    assertThat(program.view(at(9)).calls()).hasSize(1);
  }

  @Test
  void takesTheLargerOfItsOwnStandingAndTheHint() {
    calls.serve("c1", 3, at(0));

    var richer = calls.submit("c2", at(4), standing(9, 2, 6, 4));

    // Part by part: attained 9 > 3, path 3 > 2, waiting 6 > 0.
    assertThat(richer).isEqualTo(priority(9, 3, 6, 1));
    assertThat(calls.submit("c3", at(5), Standing.NEW))
        .isEqualTo(new Priority(at(9), at(3), at(6), 0, 1, false, 0, OptionalInt.empty()));
  }

  @Test
  void chargesACallThatItDoesNotKnow() {
    program.ended(
        id("running-before-restart"), ENGINE, Usage.NONE, at(6), CallOutcome.COMPLETED, at(1));

    assertThat(program.standing()).isEqualTo(standing(6, 6, 0, 1));
    assertThat(program.lastEngine()).contains(ENGINE);
  }

  @Test
  void countsWaitingUntilTheFirstGrant() {
    calls.submit("c1", at(0));
    calls.grant("c1", 2, at(2));
    // The engine is lost at 5 s: the call waits again, 3 s of service behind it.
    var again = calls.submit("c1", at(5));
    assertThat(again).isEqualTo(new Priority(0, 0, 0, at(3), 0, false, 0, OptionalInt.empty()));
    assertThat(onlyCall(at(6)).state()).isEqualTo(CallState.WAITING);
    calls.grant("c1", 9, at(9));
    assertThat(onlyCall(at(10)))
        .returns(CallState.RUNNING, CallView::state)
        .returns(at(2), CallView::waitedNanos)
        // 2 s to 5 s on the first engine, 9 s to 10 s on the second.
        .returns(at(4), CallView::serviceNanos);
    calls.end("c1", 7, at(16));

    assertThat(program.standing()).isEqualTo(standing(7, 7, 2, 1));
  }

  @Test
  void chargesNothingForACallThatLeftWithoutService() {
    calls.submit("c1", at(0));

    program.withdrawn(id("c1"), at(500));

    assertThat(program.standing()).isEqualTo(Standing.NEW);
    assertThat(program.view(at(500)).totalCalls()).isZero();
  }

  @Test
  void chargesARegisteredCallThatNeverPassedAnEngineOfOurs() {
    assertThat(program.registered(id("x"), List.of(), at(0))).isEqualTo(Priority.NEWCOMER);
    assertThat(program.registered(id("x"), List.of(), at(1)))
        .isEqualTo(new Priority(0, 0, 0, 0, 0, false, 0, OptionalInt.empty()));
    assertThat(program.view(at(2)).state()).isEqualTo(State.RUNNING);

    program.completed(id("x"), new Usage(100, 20, 30), at(4), true, at(5));
    program.completed(id("x"), new Usage(100, 20, 30), at(4), true, at(5));
    program.completed(id("never-registered"), Usage.NONE, at(99), true, at(5));

    assertThat(program.standing()).isEqualTo(standing(4, 4, 0, 1));
    assertThat(program.view(at(6)).promptTokens()).isEqualTo(100);
    assertThat(program.view(at(6)).engines()).isEmpty();
  }

  @Test
  void gainsNothingFromAFalseAccountOfARegisteredCall() {
    program.registered(id("negative"), List.of(), at(0));
    program.completed(id("negative"), Usage.NONE, -at(50), true, at(1));
    assertThat(program.standing().attainedNanos()).isZero();

    for (var call : List.of("huge-1", "huge-2", "huge-3", "huge-4", "huge-5")) {
      program.registered(id(call), List.of(), at(1));
      program.completed(id(call), Usage.NONE, Long.MAX_VALUE, true, at(2));
    }
    assertThat(program.standing().attainedNanos()).isEqualTo(Standing.MOST_NANOS);
    assertThat(program.standing().criticalPathNanos()).isEqualTo(Standing.MOST_NANOS);
  }

  @Test
  void seesThatCallsRunSideBySide() {
    calls.serve("c1", 1, at(0));
    calls.serve("c2", 1, at(2));
    assertThat(program.view(at(3)).isMultithreaded()).isFalse();

    calls.submit("c3", at(3));
    calls.submit("c4", at(3));

    assertThat(program.view(at(3)).isMultithreaded()).isTrue();
  }

  @Test
  void isOverWhenItHasBeenSilentWithoutOpenCalls() {
    calls.serve("c1", 1, at(0));

    assertThat(program.isExpired(at(3601))).isFalse();
    assertThat(program.isExpired(at(3602))).isTrue();
  }

  @Test
  void isNotOverWhileACallOfOursIsOpen() {
    calls.submit("waiting", at(0));
    assertThat(program.isExpired(at(9999))).isFalse();

    program.withdrawn(id("waiting"), at(9999));
    program.registered(id("forgotten"), List.of(), at(9999));
    assertThat(program.isExpired(at(9999 + 3601))).isTrue();
  }

  @Test
  void cancelsItsOpenCallsWhenItIsClosedAndGoesOnWhenItSpeaksAgain() {
    calls.serve("c1", 2, at(0));
    calls.submit("c2", at(3));
    calls.submit("c3", at(3));

    assertThat(program.close(State.FAILED, at(4))).containsExactly(id("c2"), id("c3"));
    assertThat(program.isClosed()).isTrue();
    assertThat(program.view(at(5)).state()).isEqualTo(State.FAILED);

    calls.submit("c4", at(6));
    assertThat(program.view(at(6)).state()).isEqualTo(State.WAITING);
    assertThat(program.standing()).isEqualTo(standing(2, 2, 0, 1));
  }

  @Test
  void isKnownOnceAnythingIsSaidOfIt() {
    assertThat(program.isKnown()).isFalse();

    program.opened(true, Optional.empty(), Map.of("task", "review"), at(1));
    program.opened(false, Optional.empty(), Map.of(), at(2));

    assertThat(program.isKnown()).isTrue();
    assertThat(program.view(at(3)))
        .returns(true, ProgramView::isMultithreaded)
        .returns("declared", ProgramView::source)
        .returns(Map.of("task", "review"), ProgramView::metadata)
        .returns(State.IDLE, ProgramView::state);
  }

  @Test
  void describesEveryField() {
    var parent = new Program.Id(Tenant.ANYONE, "p0");
    program.submit(call("c1"), "x-program-id", Optional.of(parent), Standing.NEW, at(1), at(5));
    program.granted(id("c1"), OTHER_ENGINE, 0, true, at(3), at(7));
    program.ended(
        id("c1"), OTHER_ENGINE, new Usage(100, 40, 7), at(2), CallOutcome.COMPLETED, at(9));
    program.submit(call("c2", "c1"), "x-program-id", Optional.of(parent), Standing.NEW, 0, at(10));
    program.granted(id("c2"), ENGINE, 3, false, at(1), at(11));
    program.ended(id("c2"), ENGINE, new Usage(200, 100, 9), at(4), CallOutcome.FAILED, at(16));
    program.submit(call("c3", "c2"), "x-program-id", Optional.of(parent), Standing.NEW, 0, at(20));

    assertThat(program.view(at(30)))
        .isEqualTo(
            new ProgramView(
                PROGRAM,
                State.WAITING,
                Optional.of(parent),
                "x-program-id",
                Map.of(),
                // Attained 2 + 4, path 2 + 4, waited 3 + 1, of two ended calls.
                standing(6, 6, 4, 2),
                false,
                false,
                at(30),
                at(10),
                Optional.of(at(14)),
                3,
                1,
                1,
                300,
                140,
                16,
                List.of(ENGINE, OTHER_ENGINE),
                List.of(
                    new CallView(
                        id("c3"),
                        CallState.WAITING,
                        List.of(id("c2")),
                        at(10),
                        at(10),
                        0,
                        at(6),
                        Optional.empty(),
                        Usage.NONE,
                        Optional.empty(),
                        false),
                    new CallView(
                        id("c2"),
                        CallState.FAILED,
                        List.of(id("c1")),
                        at(20),
                        at(1),
                        at(4),
                        at(2),
                        Optional.of(3),
                        new Usage(200, 100, 9),
                        Optional.of(ENGINE),
                        false),
                    new CallView(
                        id("c1"),
                        CallState.COMPLETED,
                        List.of(),
                        // It had waited 1 s when it was submitted at 5 s.
                        at(26),
                        at(3),
                        at(2),
                        0,
                        Optional.of(0),
                        new Usage(100, 40, 7),
                        Optional.of(OTHER_ENGINE),
                        false)),
                0,
                OptionalInt.empty(),
                0));
  }

  @Test
  void countsACallThatItsCallerEndedNeitherAsCompletedNorAsFailed() {
    calls.serve("c1", 3, at(0));
    calls.submit("c2", at(3));
    program.ended(id("c2"), ENGINE, Usage.NONE, at(2), CallOutcome.CANCELLED, at(6));

    assertThat(program.view(at(6)))
        .returns(1L, ProgramView::completedCalls)
        .returns(0L, ProgramView::failedCalls)
        .returns(1L, ProgramView::cancelledCalls)
        .returns(2L, ProgramView::totalCalls);
    // As builds read it that know no more.
    assertThat(program.view(at(6)).calls().getFirst())
        .returns(true, CallView::isCancelled)
        .returns(CallState.FAILED, CallView::state);
    assertThat(program.standing().attainedNanos()).isEqualTo(at(5));
  }

  @Test
  void saysThatItsLatestGrantWasAPromotion() {
    calls.submit("c1", at(0));
    program.granted(id("c1"), ENGINE, 0, true, at(9), at(9));

    assertThat(program.view(at(10)).isPromoted()).isTrue();
  }

  @Test
  void givesItsCallsThePriorityThatWasSaidLast() {
    program.matters(3, at(0));
    assertThat(calls.submit("c1", at(1)).ofProgram()).isEqualTo(3);
    program.matters(-1, at(2));
    assertThat(calls.submit("c2", at(3)).ofProgram()).isEqualTo(-1);

    // A call that waits already keeps its claim.
    assertThat(calls.submit("c1", at(4)).ofProgram()).isEqualTo(3);
    assertThat(program.view(at(5)).priority()).isEqualTo(-1);
  }

  @Test
  void isWorthKeepingWithASecondCallOrAPriority() {
    calls.submit("c1", at(0));
    assertThat(program.isWorthKeeping()).isFalse();
    program.matters(1, at(1));
    assertThat(program.isWorthKeeping()).isTrue();
    program.matters(0, at(1));
    calls.submit("c2", at(2));
    assertThat(program.isWorthKeeping()).isTrue();
  }

  @Test
  void refusesACallOfAnotherProgram() {
    var stranger = new ProgramRecord(new Program.Id(Tenant.ANYONE, "p2"), SETTINGS, 0);

    assertThatThrownBy(
            () -> stranger.submit(call("c1"), "test", Optional.empty(), Standing.NEW, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private CallView onlyCall(long nowNanos) {
    return program.view(nowNanos).calls().getFirst();
  }
}
