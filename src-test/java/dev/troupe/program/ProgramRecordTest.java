package dev.troupe.program;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.engine.EngineId;
import dev.troupe.program.ProgramView.CallState;
import dev.troupe.program.ProgramView.CallView;
import dev.troupe.program.ProgramView.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Times are whole seconds on the record's clock.
class ProgramRecordTest {

  private static final Program.Id PROGRAM = new Program.Id(Tenant.ANYONE, "p1");
  private static final ProgramSettings SETTINGS =
      new ProgramSettings(Duration.ofSeconds(3600), Duration.ofMinutes(2), 20_000, 64, 4096);
  private static final EngineId ENGINE = new EngineId("e1");
  private static final EngineId OTHER_ENGINE = new EngineId("e2");

  private final ProgramRecord program = new ProgramRecord(PROGRAM, SETTINGS, 0);

  @Test
  void chargesAThreeCallChatWithTheSumOfItsCalls() {
    // Services 3 s, 5 s and 2 s: the second call comes with 3 s attained, the third with 3 + 5 = 8
    // s,
    // and the program ends with 8 + 2 = 10 s. A chat has one path, so its path is the same sum.
    assertThat(serve("c1", 3, at(0))).isEqualTo(priority(0, 0, 0, 0));
    assertThat(serve("c2", 5, at(10))).isEqualTo(priority(3, 3, 0, 1));
    assertThat(serve("c3", 2, at(20))).isEqualTo(priority(8, 8, 0, 2));

    assertThat(program.standing()).isEqualTo(standing(10, 10, 0, 3));
  }

  @Test
  void givesTheReducerOfAMapReduceItsLongestBranch() {
    // Root 1 s; mappers 4 s, 9 s and 2 s beside each other, each with path 1 s.
    // Reducer: max(1 + 4, 1 + 9, 1 + 2) = 10 s, while the program has attained 1 + 4 + 9 + 2 = 16
    // s.
    serve("root", 1, at(0));
    for (var mapper : List.of("m1", "m2", "m3")) {
      assertThat(submit(mapper, at(1), "root"))
          .isEqualTo(
              new Priority(at(1), at(1), 0, 0, 1, mapper.equals("m1"), 0, OptionalInt.empty()));
    }
    end("m1", 4, at(5));
    end("m2", 9, at(10));
    end("m3", 2, at(11));

    assertThat(submit("reducer", at(12), "m1", "m2", "m3")).isEqualTo(priority(16, 10, 0, 2));
  }

  @Test
  void followsDeclaredParentsNotTheLongestPathOfTheProgram() {
    // The long branch took 50 s; a call that depends on the short one only comes after 1 + 2 = 3 s.
    serve("root", 1, at(0));
    serve("long", 49, at(1), "root");
    serve("short", 2, at(1), "root");

    assertThat(submit("after-short", at(60), "short").pathNanos()).isEqualTo(at(3));
    assertThat(submit("after-both", at(60), "short", "long").pathNanos()).isEqualTo(at(50));
  }

  @Test
  void givesParallelCallsWithoutParentsTheSamePath() {
    // Both inherit the scalar, 4 s. The longer one, 6 s, moves it to 10 s; the shorter one, 1 s,
    // ends
    // at 5 s and moves nothing.
    serve("first", 4, at(0));
    assertThat(submit("left", at(5)).pathNanos()).isEqualTo(at(4));
    assertThat(submit("right", at(5)).pathNanos()).isEqualTo(at(4));
    end("left", 6, at(11));
    end("right", 1, at(12));

    assertThat(program.standing()).isEqualTo(standing(11, 10, 0, 3));
    assertThat(submit("next", at(13)).pathNanos()).isEqualTo(at(10));
  }

  @Test
  void countsAParentItDoesNotKnowAsTheWholeCriticalPath() {
    serve("c1", 7, at(0));

    assertThat(submit("c2", at(8), "never-seen").pathNanos()).isEqualTo(at(7));
  }

  @Test
  void countsAParentThatIsStillOpenWithWhatLeadsToIt() {
    serve("root", 3, at(0));
    submit("open", at(3), "root");

    assertThat(submit("child", at(4), "open").pathNanos()).isEqualTo(at(3));
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
    small.ended(id("a"), ENGINE, Usage.NONE, at(1), true, at(1));
    small.ended(id("b"), ENGINE, Usage.NONE, at(2), true, at(2));
    small.ended(id("c"), ENGINE, Usage.NONE, at(5), true, at(5));

    assertThat(small.registered(id("after-b"), List.of(id("b")), at(6)).pathNanos())
        .isEqualTo(at(2));
    assertThat(small.registered(id("after-a"), List.of(id("a")), at(6)).pathNanos())
        .isEqualTo(at(5));
    assertThat(small.view(at(6)).calls())
        .filteredOn(call -> call.state() == CallState.COMPLETED)
        .extracting(CallView::id)
        .containsExactly(id("c"));
  }

  @Test
  void givesACallSubmittedTwiceTheSamePriority() {
    submit("waiting", at(0));
    serve("other", 8, at(1));

    assertThat(submit("waiting", at(10))).isEqualTo(Priority.NEWCOMER);
    assertThat(program.openCalls()).isOne();
    assertThat(program.view(at(10)).totalCalls()).isEqualTo(2);
  }

  @Test
  void chargesACallOnce() {
    serve("c1", 3, at(0));

    end("c1", 3, at(4));

    assertThat(program.standing()).isEqualTo(standing(3, 3, 0, 1));
  }

  @Test
  void takesAnIdThatComesAgainForANewCall() {
    serve("c1", 3, at(0));
    serve("c1", 4, at(5));

    assertThat(program.standing()).isEqualTo(standing(7, 7, 0, 2));
    assertThat(program.view(at(9)).calls()).hasSize(1);
  }

  @Test
  void takesTheLargerOfItsOwnStandingAndTheHint() {
    serve("c1", 3, at(0));

    var richer = submit("c2", at(4), standing(9, 2, 6, 4));

    // Part by part: attained 9 > 3, path 3 > 2, waiting 6 > 0.
    assertThat(richer).isEqualTo(priority(9, 3, 6, 1));
    assertThat(submit("c3", at(5), Standing.NEW))
        .isEqualTo(new Priority(at(9), at(3), at(6), 0, 1, false, 0, OptionalInt.empty()));
  }

  @Test
  void chargesACallThatItDoesNotKnow() {
    program.ended(id("running-before-restart"), ENGINE, Usage.NONE, at(6), true, at(1));

    assertThat(program.standing()).isEqualTo(standing(6, 6, 0, 1));
    assertThat(program.lastEngine()).contains(ENGINE);
  }

  /// a1 and a2 side by side; b comes when a1 has ended, c when all have.
  @Test
  void aCallIsOneStageBehindTheLastThatHadEndedWhenItCame() {
    assertThat(submit("a1", at(0)).stage()).isZero();
    assertThat(submit("a2", at(0)).beginsStage()).isFalse();
    end("a1", 1, at(1));
    assertThat(submit("b", at(1))).returns(1, Priority::stage).returns(true, Priority::beginsStage);
    end("a2", 1, at(2));
    end("b", 1, at(3));

    assertThat(submit("c", at(4))).returns(2, Priority::stage).returns(true, Priority::beginsStage);
  }

  @Test
  void aCallThatComesAgainBeginsNoStageOnceItWasGranted() {
    submit("c1", at(0));
    assertThat(submit("c1", at(1)).beginsStage()).isTrue();
    grant("c1", 1, at(1));

    assertThat(submit("c1", at(2)).beginsStage()).isFalse();
  }

  @Test
  void aProgramThatWasKeptGoesOnAtItsStage() {
    serve("c1", 3, at(0));
    serve("c2", 3, at(10));
    var restored = restoredAt(at(20));

    var priority = restored.submit(call("c3"), "test", Optional.empty(), Standing.NEW, 0, at(21));

    assertThat(priority).isEqualTo(priority(6, 6, 0, 2));
  }

  @Test
  void countsWaitingUntilTheFirstGrant() {
    submit("c1", at(0));
    grant("c1", 2, at(2));
    // The engine is lost at 5 s: the call waits again, 3 s of service behind it.
    var again = submit("c1", at(5));
    assertThat(again).isEqualTo(new Priority(0, 0, 0, at(3), 0, false, 0, OptionalInt.empty()));
    assertThat(onlyCall(at(6)).state()).isEqualTo(CallState.WAITING);
    grant("c1", 9, at(9));
    assertThat(onlyCall(at(10)))
        .returns(CallState.RUNNING, CallView::state)
        .returns(at(2), CallView::waitedNanos)
        // 2 s to 5 s on the first engine, 9 s to 10 s on the second.
        .returns(at(4), CallView::serviceNanos);
    end("c1", 7, at(16));

    assertThat(program.standing()).isEqualTo(standing(7, 7, 2, 1));
  }

  @Test
  void chargesNothingForACallThatLeftWithoutService() {
    submit("c1", at(0));

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
    serve("c1", 1, at(0));
    serve("c2", 1, at(2));
    assertThat(program.view(at(3)).isMultithreaded()).isFalse();

    submit("c3", at(3));
    submit("c4", at(3));

    assertThat(program.view(at(3)).isMultithreaded()).isTrue();
  }

  @Test
  void isOverWhenItHasBeenSilentWithoutOpenCalls() {
    serve("c1", 1, at(0));

    assertThat(program.isExpired(at(3601))).isFalse();
    assertThat(program.isExpired(at(3602))).isTrue();
  }

  @Test
  void isNotOverWhileACallOfOursIsOpen() {
    submit("waiting", at(0));
    assertThat(program.isExpired(at(9999))).isFalse();

    program.withdrawn(id("waiting"), at(9999));
    program.registered(id("forgotten"), List.of(), at(9999));
    assertThat(program.isExpired(at(9999 + 3601))).isTrue();
  }

  @Test
  void cancelsItsOpenCallsWhenItIsClosedAndGoesOnWhenItSpeaksAgain() {
    serve("c1", 2, at(0));
    submit("c2", at(3));
    submit("c3", at(3));

    assertThat(program.close(State.FAILED, at(4))).containsExactly(id("c2"), id("c3"));
    assertThat(program.isClosed()).isTrue();
    assertThat(program.view(at(5)).state()).isEqualTo(State.FAILED);

    submit("c4", at(6));
    assertThat(program.view(at(6)).state()).isEqualTo(State.WAITING);
    assertThat(program.standing()).isEqualTo(standing(2, 2, 0, 1));
  }

  @Test
  void refusesToCloseWithoutAnOutcome() {
    assertThatThrownBy(() -> program.close(State.IDLE, 0))
        .isInstanceOf(IllegalArgumentException.class);
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
    program.ended(id("c1"), OTHER_ENGINE, new Usage(100, 40, 7), at(2), true, at(9));
    program.submit(call("c2", "c1"), "x-program-id", Optional.of(parent), Standing.NEW, 0, at(10));
    program.granted(id("c2"), ENGINE, 3, false, at(1), at(11));
    program.ended(id("c2"), ENGINE, new Usage(200, 100, 9), at(4), false, at(16));
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
                        Optional.empty()),
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
                        Optional.of(ENGINE)),
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
                        Optional.of(OTHER_ENGINE))),
                0,
                OptionalInt.empty()));
  }

  @Test
  void saysThatItsLatestGrantWasAPromotion() {
    submit("c1", at(0));
    program.granted(id("c1"), ENGINE, 0, true, at(9), at(9));

    assertThat(program.view(at(10)).isPromoted()).isTrue();
  }

  @Test
  void goesOnFromWhatAnEarlierLifeLeft() {
    serve("c1", 3, at(0));
    serve("c2", 4, at(10), "c1");
    submit("open", at(20));
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
  void givesItsCallsThePriorityThatWasSaidLast() {
    program.matters(3, at(0));
    assertThat(submit("c1", at(1)).ofProgram()).isEqualTo(3);
    program.matters(-1, at(2));
    assertThat(submit("c2", at(3)).ofProgram()).isEqualTo(-1);

    // A call that waits already keeps its claim.
    assertThat(submit("c1", at(4)).ofProgram()).isEqualTo(3);
    assertThat(program.view(at(5)).priority()).isEqualTo(-1);
  }

  @Test
  void keepsItsPriorityInItsNextLife() {
    program.matters(2, at(0));
    serve("c1", 3, at(0));

    var next = restoredAt(at(10));

    assertThat(next.view(at(10)).priority()).isEqualTo(2);
    assertThat(next.registered(id("c2"), List.of(), at(11)).ofProgram()).isEqualTo(2);
  }

  @Test
  void isWorthKeepingWithASecondCallOrAPriority() {
    submit("c1", at(0));
    assertThat(program.isWorthKeeping()).isFalse();
    program.matters(1, at(1));
    assertThat(program.isWorthKeeping()).isTrue();
    program.matters(0, at(1));
    submit("c2", at(2));
    assertThat(program.isWorthKeeping()).isTrue();
  }

  @Test
  void endsARegisteredCallInItsNextLife() {
    serve("root", 3, at(0));
    serve("other", 50, at(3), "root");
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
    // Root 3 s, and beside each other: long, 50 s, and two that are open when the program moves.
    serve("root", 3, at(0));
    submit("running", at(3), "root");
    grant("running", 0, at(3));
    submit("waiting", at(3), "root");
    serve("long", 50, at(3), "root");

    var next = restoredAt(at(60));

    // Nobody holds them open: their callers may be gone.
    assertThat(next.openCalls()).isZero();
    assertThat(next.registered(id("child"), List.of(id("running")), at(61)).pathNanos())
        .isEqualTo(at(3));
    // Its end is charged where it lay: 3 + 9 s, which is less than 3 + 50 s.
    next.ended(id("running"), ENGINE, Usage.NONE, at(9), true, at(62));
    assertThat(next.standing()).isEqualTo(standing(62, 53, 0, 3));
    // Asks again, with the same place.
    var again = call("waiting", "root");
    assertThat(next.submit(again, "test", Optional.empty(), Standing.NEW, 0, at(63)).pathNanos())
        .isEqualTo(at(3));
  }

  /// Storage was silent when the next life began. Its caller's node had heard of the first call, not of the
  /// second.
  @Test
  void losesNothingWhenAnEarlierLifeIsHeardLate() {
    serve("c1", 3, at(0));
    var hint = program.standing();
    serve("c2", 4, at(10), "c1");
    program.opened(false, Optional.empty(), Map.of("team", "red"), at(15));
    program.matters(2, at(15));
    var kept = program.view(at(20));

    var next = new ProgramRecord(PROGRAM, SETTINGS, at(20));
    next.submit(call("c3"), "test", Optional.empty(), hint, 0, at(21));
    next.granted(id("c3"), OTHER_ENGINE, 0, false, 0, at(21));
    next.ended(id("c3"), OTHER_ENGINE, new Usage(100, 0, 7), at(5), true, at(26));
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
    serve("c1", 3, at(0));
    serve("c2", 4, at(10), "c1");
    var kept = program.view(at(20));

    // The answer to the end of c2 was lost with the node: it is told again.
    var next = new ProgramRecord(PROGRAM, SETTINGS, at(20));
    next.ended(id("c2"), ENGINE, Usage.NONE, at(4), true, at(21));
    next.restore(kept, at(22));

    assertThat(next.standing().attainedNanos()).isEqualTo(at(7));
    assertThat(next.standing().endedCalls()).isEqualTo(2);
    assertThat(next.view(at(22)).completedCalls()).isEqualTo(2);
  }

  @Test
  void whatWasSaidSinceCountsWhenAnEarlierLifeIsHeardLate() {
    program.matters(2, at(0));
    serve("c1", 3, at(0));
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
    serve("c1", 3, at(0));
    program.submit(call("c2"), "test", Optional.empty(), Standing.NEW, 0, at(3));
    program.close(State.COMPLETED, at(4));
    var kept = program.view(at(4));

    var next = new ProgramRecord(PROGRAM, SETTINGS, at(4));
    next.ended(id("c2"), ENGINE, Usage.NONE, at(1), false, at(5));
    next.restore(kept, at(6));

    assertThat(next.view(at(6)).state()).isEqualTo(State.COMPLETED);
    assertThat(next.standing().attainedNanos()).isEqualTo(at(4));
  }

  private ProgramRecord restoredAt(long nowNanos) {
    var next = new ProgramRecord(PROGRAM, SETTINGS, nowNanos);
    next.restore(program.view(nowNanos), nowNanos);
    return next;
  }

  @Test
  void staysClosedInItsNextLifeUntilItSpeaks() {
    serve("c1", 3, at(0));
    program.close(State.COMPLETED, at(4));

    var next = new ProgramRecord(PROGRAM, SETTINGS, at(9));
    next.restore(program.view(at(9)), at(9));

    assertThat(next.view(at(9)).state()).isEqualTo(State.COMPLETED);
  }

  @Test
  void isOverInItsNextLifeWhenItWasSilentForTooLong() {
    // The latest call ended at 3 s.
    serve("c1", 3, at(0));

    assertThat(restoredAfter(at(3603)).state()).isEqualTo(State.IDLE);
    assertThat(restoredAfter(at(3604)).state()).isEqualTo(State.TIMED_OUT);
  }

  private ProgramView restoredAfter(long nowNanos) {
    var next = new ProgramRecord(PROGRAM, SETTINGS, 0);
    next.restore(program.view(nowNanos), 0);
    return next.view(0);
  }

  @Test
  void refusesACallOfAnotherProgram() {
    var stranger = new ProgramRecord(new Program.Id(Tenant.ANYONE, "p2"), SETTINGS, 0);

    assertThatThrownBy(
            () -> stranger.submit(call("c1"), "test", Optional.empty(), Standing.NEW, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Priority serve(String call, long serviceSeconds, long nowNanos, String... parents) {
    var priority = submit(call, nowNanos, parents);
    grant(call, 0, nowNanos);
    end(call, serviceSeconds, nowNanos + at(serviceSeconds));
    return priority;
  }

  private Priority submit(String call, long nowNanos, String... parents) {
    return program.submit(call(call, parents), "test", Optional.empty(), Standing.NEW, 0, nowNanos);
  }

  private Priority submit(String call, long nowNanos, Standing hint) {
    return program.submit(call(call), "test", Optional.empty(), hint, 0, nowNanos);
  }

  private void grant(String call, long waitedSeconds, long nowNanos) {
    program.granted(id(call), ENGINE, 0, false, at(waitedSeconds), nowNanos);
  }

  private void end(String call, long serviceSeconds, long nowNanos) {
    program.ended(id(call), ENGINE, Usage.NONE, at(serviceSeconds), true, nowNanos);
  }

  private CallView onlyCall(long nowNanos) {
    return program.view(nowNanos).calls().getFirst();
  }

  private static Call call(String call, String... parents) {
    return new Call(
        id(call),
        PROGRAM,
        new ModelPool("any-model"),
        100,
        10,
        PrefixChain.EMPTY,
        Stream.of(parents).map(Call.Id::new).toList());
  }

  private static Call.Id id(String call) {
    return new Call.Id(call);
  }

  /// Of the first call of a stage.
  private static Priority priority(long attained, long path, long waited, int stage) {
    return new Priority(at(attained), at(path), at(waited), 0, stage, true, 0, OptionalInt.empty());
  }

  private static Standing standing(long attained, long path, long waited, long endedCalls) {
    return new Standing(at(attained), at(path), at(waited), endedCalls);
  }

  private static long at(long seconds) {
    return SECONDS.toNanos(seconds);
  }
}
