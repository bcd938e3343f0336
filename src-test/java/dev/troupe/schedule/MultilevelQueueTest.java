package dev.troupe.schedule;

import static dev.troupe.schedule.WaitingCall.id;
import static dev.troupe.schedule.WaitingCall.nanos;
import static dev.troupe.schedule.WaitingCall.programId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.schedule.CallQueue.Next;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MultilevelQueueTest {

  /// Levels [0, 1 s), [1 s, 2 s), [2 s, 4 s), [4 s, ∞).
  private static final Levels LEVELS = new Levels(4, nanos(1));

  /// Waiting ÷ service of 3, not before 5 s, for 10 s.
  private static final Starvation STARVATION = new Starvation(3.0, nanos(5), nanos(10));

  private final MultilevelQueue fcfs = queue(Discipline.FCFS);
  private final MultilevelQueue mlfq = queue(Discipline.MLFQ);
  private final MultilevelQueue plas = queue(Discipline.PLAS);
  private final MultilevelQueue atlas = queue(Discipline.ATLAS);

  @Test
  void aNewcomerOvertakesAVeteranUnderProgramAttainedService() {
    plas.add(WaitingCall.of("veteran").attained(20).arrivingAt(0).build());
    plas.add(WaitingCall.of("newcomer").arrivingAt(1).build());

    assertThat(drain(plas, 2)).containsExactly("newcomer", "veteran");
  }

  @Test
  void aNewcomerWaitsForAVeteranInArrivalOrder() {
    fcfs.add(WaitingCall.of("veteran").attained(20).arrivingAt(0).build());
    fcfs.add(WaitingCall.of("newcomer").arrivingAt(1).build());

    assertThat(drain(fcfs, 2)).containsExactly("veteran", "newcomer");
  }

  @Test
  void theNextCallOfALongProgramJoinsTheProgramsLevel() {
    plas.add(WaitingCall.of("second-of-long").attained(3).build());
    mlfq.add(WaitingCall.of("second-of-long").attained(3).build());

    assertThat(plas.poll(0).map(Next::level)).contains(2);
    assertThat(mlfq.poll(0).map(Next::level)).contains(0);
  }

  @Test
  void aCallOfItsOwnLengthIsDemotedByItsOwnServiceAlone() {
    mlfq.add(WaitingCall.of("taken-back").own(1.5).arrivingAt(0).build());
    mlfq.add(WaitingCall.of("of-a-veteran").attained(50).arrivingAt(1).build());

    assertThat(drain(mlfq, 2)).containsExactly("of-a-veteran", "taken-back");
  }

  @Test
  void theReducerOfAMapReduceGetsItsLongestBranchsPriority() {
    // Ten branches of 0.5 s and one of 1.5 s: 6.5 s in all, 1.5 s along the longest path.
    atlas.add(WaitingCall.of("reducer").attained(6.5).path(1.5).arrivingAt(0).build());
    atlas.add(WaitingCall.of("sequential").attained(2).path(2).arrivingAt(0).build());
    plas.add(WaitingCall.of("reducer").attained(6.5).path(1.5).arrivingAt(0).build());
    plas.add(WaitingCall.of("sequential").attained(2).path(2).arrivingAt(0).build());

    assertThat(atlas.poll(0).map(Next::level)).contains(1);
    assertThat(drain(plas, 0)).containsExactly("sequential", "reducer");
  }

  /// 6 s count 1.5 s at priority 2, level 1; 1.5 s count 3 s at -1, level 2.
  @Test
  void eachStepOfPriorityHalvesTheServiceThatPlacesACall() {
    plas.add(WaitingCall.of("little").attained(1.5).priority(-1).build());
    plas.add(WaitingCall.of("much").attained(6).priority(2).build());
    plas.add(WaitingCall.of("usual").attained(6).build());
    atlas.add(WaitingCall.of("much").attained(9).path(6).priority(2).build());
    mlfq.add(WaitingCall.of("much").own(6).priority(2).build());

    assertThat(plas.sizes()).containsExactly(0, 1, 1, 1);
    assertThat(drain(plas, 0)).containsExactly("much", "little", "usual");
    assertThat(atlas.poll(0).map(Next::level)).contains(1);
    assertThat(mlfq.poll(0).map(Next::level)).contains(1);
  }

  @Test
  void whoMattersLittleStarvesNoLater() {
    // 10 s attained: starving after 30 s, whatever they count.
    plas.add(WaitingCall.of("least").attained(10).priority(-4).arrivingAt(0).build());
    plas.add(WaitingCall.of("newcomer").priority(4).arrivingAt(29).build());

    assertThat(drain(plas, 30)).containsExactly("least", "newcomer");
  }

  @Test
  void servesInArrivalOrderWithinALevel() {
    // 2 s and 3.9 s are both in [2 s, 4 s).
    plas.add(WaitingCall.of("later").attained(2).arrivingAt(1).build());
    plas.add(WaitingCall.of("earlier").attained(3.9).arrivingAt(0).build());

    assertThat(drain(plas, 2)).containsExactly("earlier", "later");
  }

  @Test
  void breaksATieOfArrivalsById() {
    plas.add(WaitingCall.of("b").build());
    plas.add(WaitingCall.of("a").build());

    assertThat(drain(plas, 0)).containsExactly("a", "b");
  }

  @Test
  void aCallPutBackTakesItsOldPlace() {
    plas.add(WaitingCall.of("first").arrivingAt(0).build());
    plas.add(WaitingCall.of("second").arrivingAt(1).build());
    var first = plas.poll(nanos(2)).orElseThrow();
    plas.add(WaitingCall.of("third").arrivingAt(2).build());
    plas.putBack(first);

    assertThat(drain(plas, 3)).containsExactly("first", "second", "third");
  }

  @Test
  void passedOverCallsKeepTheirPlaces() {
    plas.add(WaitingCall.of("first").arrivingAt(0).build());
    plas.add(WaitingCall.of("second").arrivingAt(1).build());
    plas.add(WaitingCall.of("veteran").attained(9).arrivingAt(0).build());

    var calls = plas.inOrder(nanos(2));
    calls.next();
    calls.next();
    calls.remove();

    assertThat(drain(plas, 3)).containsExactly("first", "veteran");
  }

  @Test
  void promotesAProgramAtTheRatio() {
    // 10 s attained: starving after 30 s.
    plas.add(WaitingCall.of("starving").attained(10).arrivingAt(0).build());
    plas.add(WaitingCall.of("newcomer").arrivingAt(29).build());
    plas.add(WaitingCall.of("other").arrivingAt(29).build());

    assertThat(plas.poll(nanos(30) - 1).map(next -> next.waiting().call().id()))
        .contains(id("newcomer"));
    var next = plas.poll(nanos(30)).orElseThrow();
    assertThat(next.waiting().call().id()).isEqualTo(id("starving"));
    assertThat(next.promoted()).isTrue();
    assertThat(next.level()).isZero();
  }

  @Test
  void countsWaitingOfEarlierCalls() {
    // 10 s attained and 24 s waited before: 6 s more make the ratio 3.
    plas.add(WaitingCall.of("starving").attained(10).waitedBefore(24).build());

    plas.inOrder(nanos(6) - 1);
    assertThat(plas.isPromoted(programId("program-of-starving"), nanos(6) - 1)).isFalse();
    plas.inOrder(nanos(6));
    assertThat(plas.isPromoted(programId("program-of-starving"), nanos(6))).isTrue();
  }

  @Test
  void nobodyStarvesBeforeTheThreshold() {
    // A ratio far above 3 at once, but less than 5 s of waiting now.
    plas.add(WaitingCall.of("impatient").attained(2).waitedBefore(1000).arrivingAt(0).build());
    plas.add(WaitingCall.of("newcomer").arrivingAt(1).build());

    assertThat(plas.poll(nanos(5) - 1).map(next -> next.waiting().call().id()))
        .contains(id("newcomer"));
    assertThat(plas.poll(nanos(5)).map(Next::promoted)).contains(true);
  }

  @Test
  void aProgramThatReceivedNothingHasAnInfiniteRatio() {
    plas.add(WaitingCall.of("newcomer").arrivingAt(0).build());

    assertThat(plas.poll(nanos(5)).map(Next::promoted)).contains(true);
  }

  @Test
  void promotesAllWaitingCallsOfTheProgram() {
    atlas.add(WaitingCall.of("first").ofProgram("p").attained(10).path(10).arrivingAt(0).build());
    atlas.add(WaitingCall.of("deep").ofProgram("p").attained(40).path(40).arrivingAt(20).build());
    atlas.add(WaitingCall.of("newcomer").arrivingAt(25).build());

    // "first" starves at 30 s and takes "deep" with it, which alone would starve at 140 s.
    assertThat(drain(atlas, 30)).containsExactly("first", "deep", "newcomer");
  }

  @Test
  void underMlfqACallIsPromotedAlone() {
    mlfq.add(WaitingCall.of("first").ofProgram("p").own(2).arrivingAt(0).build());
    mlfq.add(WaitingCall.of("second").ofProgram("p").own(2).arrivingAt(3).build());
    mlfq.add(WaitingCall.of("newcomer").arrivingAt(4).build());

    assertThat(drain(mlfq, 6)).containsExactly("first", "newcomer", "second");
  }

  @Test
  void promotesWhatAStarvingProgramAddsForABoundedTime() {
    plas.add(WaitingCall.of("starving").ofProgram("p").attained(10).arrivingAt(0).build());
    assertThat(plas.poll(nanos(30)).map(Next::promoted)).contains(true);

    plas.add(WaitingCall.of("within").ofProgram("p").attained(11).arrivingAt(39).build());
    plas.add(WaitingCall.of("beyond").ofProgram("p").attained(12).arrivingAt(40).build());

    assertThat(plas.isPromoted(programId("p"), nanos(39))).isTrue();
    assertThat(plas.isPromoted(programId("p"), nanos(40))).isFalse();
    assertThat(plas.poll(nanos(41)).map(Next::level)).contains(0);
    assertThat(plas.poll(nanos(41)).map(Next::level)).contains(3);
  }

  @Test
  void aPromotionIsNotLostOnASlowEngine() {
    plas.add(WaitingCall.of("starving").attained(10).arrivingAt(0).build());
    plas.inOrder(nanos(30));
    plas.add(WaitingCall.of("newcomer").arrivingAt(60).build());

    // Nobody was served between 30 s and 61 s, longer than a promotion lasts.
    assertThat(drain(plas, 61)).containsExactly("starving", "newcomer");
  }

  @Test
  void tellsHowManyAreAheadByLevel() {
    plas.add(WaitingCall.of("n1").build());
    plas.add(WaitingCall.of("n2").build());
    plas.add(WaitingCall.of("veteran").attained(9).build());

    assertThat(plas.sizes()).containsExactly(2, 0, 0, 1);
    assertThat(plas.ahead(WaitingCall.of("n3").build())).isEqualTo(2);
    assertThat(plas.ahead(WaitingCall.of("v2").attained(20).build())).isEqualTo(3);
  }

  @Test
  void knowsWhoHasWaitedLongest() {
    assertThat(plas.oldestArrivalNanos()).isEmpty();
    plas.add(WaitingCall.of("newcomer").arrivingAt(7).build());
    plas.add(WaitingCall.of("veteran").attained(9).arrivingAt(3).build());

    assertThat(plas.oldestArrivalNanos()).hasValue(nanos(3));
  }

  private static MultilevelQueue queue(Discipline discipline) {
    return new MultilevelQueue(discipline, LEVELS, STARVATION);
  }

  private static List<String> drain(MultilevelQueue queue, double seconds) {
    var order = new ArrayList<String>();
    for (var next = queue.poll(nanos(seconds));
        next.isPresent();
        next = queue.poll(nanos(seconds))) {
      order.add(next.get().waiting().call().id().value());
      queue.checkInvariants();
    }
    return order;
  }
}
