package dev.troupe.schedule;

import static dev.troupe.schedule.WaitingCall.engine;
import static dev.troupe.schedule.WaitingCall.id;
import static dev.troupe.schedule.WaitingCall.nanos;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineLoad;
import dev.troupe.engine.Lease.Why;
import dev.troupe.schedule.Dispatcher.Admitted.Accepted;
import dev.troupe.schedule.Dispatcher.Admitted.Refused;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DispatcherTest {

  private final Dispatcher dispatcher = dispatcher("");

  @Test
  void holdsCallsUntilAnEngineOffersRoom() {
    dispatcher.enqueue(WaitingCall.of("c").build(), 0);
    assertThat(sent(0)).isEmpty();

    offerSlots("a", 1);
    assertThat(sent(0)).containsExactly("c>a");
    assertThat(dispatcher.waiting()).isZero();
  }

  @Test
  void neverSendsMoreCallsThanOffered() {
    offerSlots("a", 1);
    offerSlots("a", 1);
    enqueue("c1", "c2", "c3");

    assertThat(sent(0)).containsExactly("c1>a", "c2>a");
    assertThat(sent(0)).isEmpty();
  }

  @Test
  void looksAtNothingWhenNothingWasToldSinceTheLastTime() {
    var asked = new AtomicInteger();
    var defaults = ScheduleSettings.of(ConfigFactory.defaultReference());
    var patient =
        new Dispatcher(
            _ -> defaults.with(Discipline.FCFS).newQueue(Warmth.COLD),
            new Placement() {
              @Override
              public Choice place(Waiting waiting, List<Candidate> candidates) {
                asked.incrementAndGet();
                return new Choice.Hold(engine("other"), nanos(2));
              }

              @Override
              public void removed(EngineId engine) {}
            },
            new Pace(defaults.pace(), defaults.prices()),
            new Dispatcher.Limits(
                1, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, Duration.ofSeconds(5)));
    patient.offer(engine("a"), new Credit(1, Credit.UNLIMITED), EngineLoad.IDLE);
    patient.enqueue(WaitingCall.of("held").build(), 0);

    assertThat(patient.dispatch(0)).isEmpty();
    assertThat(patient.dispatch(nanos(1))).isEmpty();
    assertThat(asked).hasValue(1);
    assertThat(patient.nextWakeNanos()).hasValue(nanos(2));
    // Asked with all engines, and when the hold is over with those that have room.
    assertThat(patient.dispatch(nanos(2))).isEmpty();
    assertThat(asked).hasValue(3);
  }

  @Test
  void sendsNothingToARetractedEngine() {
    offerSlots("a", 2);
    dispatcher.retract(engine("a"));
    enqueue("c");

    assertThat(sent(0)).isEmpty();
    offerSlots("a", 1);
    assertThat(sent(0)).containsExactly("c>a");
  }

  @Test
  void aCallTakesItsPromptAndItsOutputOfTheCacheAndTheLastOneWhatIsLeft() {
    dispatcher.offer(engine("a"), new Credit(5, 1000), new EngineLoad(1, 0, 0));
    dispatcher.enqueue(WaitingCall.of("first").tokens(500, 100).build(), 0);
    dispatcher.enqueue(WaitingCall.of("second").tokens(90_000, 100).build(), 0);
    dispatcher.enqueue(WaitingCall.of("third").tokens(1, 1).arrivingAt(1).build(), 0);

    assertThat(sent(0)).containsExactly("first>a", "second>a");
    // 1000 − 600 − 90,100, made up for by what is offered when they end.
    assertThat(dispatcher.view(0).engines().getFirst().spare()).isEqualTo(new Credit(3, -89_700));
    dispatcher.offer(engine("a"), new Credit(1, 90_100), EngineLoad.IDLE);
    assertThat(sent(0)).containsExactly("third>a");
  }

  @Test
  void takesAProgramBackToTheEngineWhoseCacheMayHoldItsPrompt() {
    var dispatcher = dispatcher("placement.rule = added-delay");
    for (var name : List.of("a", "b")) {
      dispatcher.offer(engine(name), new Credit(5, 100_000), EngineLoad.IDLE);
    }
    // Another program with the same beginning has been served by a since.
    dispatcher.resident(engine("a"), List.of(1L), List.of());
    dispatcher.cacheKnown(engine("b"), false);
    var again = WaitingCall.of("again").tokens(5000, 100).prefix(1).lastOn("b").build();
    dispatcher.enqueue(again, 0);
    assertThat(sent(dispatcher, 0)).containsExactly("again>b");

    // Its cache is known now, and holds nothing of it.
    dispatcher.returned(engine("b"), id("again"), 0);
    dispatcher.cacheKnown(engine("b"), true);
    assertThat(sent(dispatcher, 0)).containsExactly("again>a");
  }

  @Test
  void keepsAProgramForItsEngineThatIsOnItsWayAndForNoLonger() {
    dispatcher.begun(0);
    offerSlots("a", 5);
    dispatcher.enqueue(WaitingCall.of("new").build(), 0);
    dispatcher.enqueue(WaitingCall.of("again").lastOn("b").build(), 0);
    dispatcher.enqueue(WaitingCall.of("of-another").lastOn("c").build(), 0);
    assertThat(sent(0)).containsExactly("new>a");

    offerSlots("b", 5);
    assertThat(sent(2)).containsExactly("again>b");
    assertThat(dispatcher.nextWakeNanos()).hasValue(nanos(5));
    assertThat(sent(5)).hasSize(1);

    dispatcher.lost(engine("b"), nanos(6));
    dispatcher.enqueue(WaitingCall.of("once-more").lastOn("b").build(), 0);
    assertThat(sent(10.9)).isEmpty();
    assertThat(sent(11)).containsExactly("once-more>a");
  }

  @Test
  void keepsAProgramForItsEngineThatMakesItsFirstOffersAnew() {
    dispatcher.begun(0);
    offerSlots("a", 5);
    // What it had offered, it had offered to the scheduler before.
    dispatcher.offer(engine("b"), Credit.NONE, new EngineLoad(0, 0, 0));
    dispatcher.enqueue(WaitingCall.of("again").lastOn("b").build(), 0);
    assertThat(sent(0.1)).isEmpty();
    dispatcher.retract(engine("b"));
    assertThat(sent(0.2)).isEmpty();
    offerSlots("b", 5);
    assertThat(sent(0.3)).containsExactly("again>b");

    // Later than 5 s, one that takes its offers back is no engine to wait for.
    dispatcher.retract(engine("b"));
    dispatcher.enqueue(WaitingCall.of("later").lastOn("b").build(), 0);
    assertThat(sent(4.9)).isEmpty();
    assertThat(sent(5)).containsExactly("later>a");
  }

  @Test
  void reckonsWhatItHasSentAsLoad() {
    dispatcher.offer(engine("a"), new Credit(5, 1000), new EngineLoad(1, 300, 2));
    dispatcher.enqueue(WaitingCall.of("c").tokens(500, 100).build(), 0);

    assertThat(sent(0)).containsExactly("c>a");
    assertThat(dispatcher.view(0).engines().getFirst().load()).isEqualTo(new EngineLoad(2, 900, 2));
    dispatcher.returned(engine("a"), id("c"), 0);
    assertThat(dispatcher.view(0).engines().getFirst().load()).isEqualTo(new EngineLoad(1, 300, 2));
  }

  @Test
  void confirmsACallThatWaitsAlready() {
    enqueue("c1");
    assertThat(dispatcher.enqueue(WaitingCall.of("c2").build(), 0)).isEqualTo(new Accepted(1));
    assertThat(dispatcher.enqueue(WaitingCall.of("c2").build(), 0)).isEqualTo(new Accepted(1));

    assertThat(dispatcher.waiting()).isEqualTo(2);
  }

  @Test
  void refusesWhenTheQueueIsFullAndSaysWhenToComeBack() {
    var small = dispatcher("max-waiting = 4");
    // Ten calls leave within 20 s: one in 2 s.
    for (int second = 1; second <= 10; second++) {
      small.enqueue(WaitingCall.of("served" + second).build(), nanos(2 * second));
      small.offer(engine("a"), new Credit(1, Credit.UNLIMITED), new EngineLoad(0, 0, 0));
      assertThat(small.dispatch(nanos(2 * second))).hasSize(1);
    }
    for (int n = 0; n < 4; n++) {
      small.enqueue(WaitingCall.of("waiting" + n).build(), nanos(22));
    }

    // Fifth in the line, with ten calls in the 20 s since 2 s.
    assertThat(small.enqueue(WaitingCall.of("late").build(), nanos(22)))
        .isEqualTo(new Refused(4, Duration.ofSeconds(10)));
    assertThat(small.waiting()).isEqualTo(4);
  }

  @Test
  void boundsTheRetryTime() {
    var small = dispatcher("max-waiting = 1, longest-retry = 30s");
    small.enqueue(WaitingCall.of("c1").build(), 0);

    // Nothing was ever sent: the longest.
    assertThat(small.enqueue(WaitingCall.of("c2").build(), 0))
        .isEqualTo(new Refused(1, Duration.ofSeconds(30)));
  }

  @Test
  void forgetsAWithdrawnCall() {
    enqueue("c1", "c2");
    assertThat(dispatcher.withdraw(id("c1"))).isPresent();
    assertThat(dispatcher.withdraw(id("c1"))).isEmpty();
    offerSlots("a", 2);

    assertThat(sent(0)).containsExactly("c2>a");
  }

  @Test
  void aReturnedCallTakesItsOldPlaceAndItsCreditStaysSpent() {
    offerSlots("a", 1);
    enqueue("c1", "c2");
    assertThat(sent(0)).containsExactly("c1>a");

    assertThat(dispatcher.returned(engine("a"), id("c1"), 1)).isTrue();
    assertThat(sent(1)).isEmpty();
    offerSlots("a", 1);
    assertThat(sent(2)).containsExactly("c1>a");
  }

  @Test
  void takesBackOnlyWhatItSentThereLately() {
    offerSlots("a", 2);
    enqueue("c1", "c2");
    assertThat(sent(0)).hasSize(2);

    assertThat(dispatcher.returned(engine("b"), id("c1"), 1)).isFalse();
    assertThat(dispatcher.returned(engine("a"), id("unknown"), 1)).isFalse();
    assertThat(dispatcher.returned(engine("a"), id("c1"), nanos(60))).isFalse();
    assertThat(dispatcher.waiting()).isZero();
  }

  @Test
  void aCallWithdrawnAfterItWasSentDoesNotComeBack() {
    offerSlots("a", 1);
    enqueue("c1");
    assertThat(sent(0)).hasSize(1);

    assertThat(dispatcher.withdraw(id("c1"))).isEmpty();
    assertThat(dispatcher.returned(engine("a"), id("c1"), 1)).isFalse();
  }

  @Test
  void anEngineThatFailedACallGetsItOnlyWhenThereIsNoOther() {
    offerSlots("a", 1);
    dispatcher.offer(engine("b"), Credit.NONE, new EngineLoad(1, 0, 0));
    dispatcher.enqueue(WaitingCall.of("c").excluding("a").build(), 0);
    assertThat(sent(0)).isEmpty();

    dispatcher.retract(engine("b"));
    assertThat(sent(0)).containsExactly("c>a");
  }

  @Test
  void sendsACallWhereItsPrefixIs() {
    dispatcher.resident(engine("b"), List.of(11L, 12L), List.of());
    dispatcher.resident(engine("a"), List.of(11L), List.of());
    offerSlots("a", 1);
    offerSlots("b", 1);
    dispatcher.enqueue(WaitingCall.of("c").prefix(11, 12, 13).build(), 0);

    var dispatch = dispatcher.dispatch(0).getFirst();
    assertThat(dispatch.engine()).isEqualTo(engine("b"));
    assertThat(dispatch.why()).isEqualTo(new Why("prefix", 2000));
  }

  @Test
  void forgetsWhatAnEngineHasLost() {
    dispatcher.resident(engine("b"), List.of(11L, 12L), List.of());
    dispatcher.resident(engine("b"), List.of(), List.of(12L));
    offerSlots("a", 1);
    offerSlots("b", 1);
    dispatcher.enqueue(WaitingCall.of("c").prefix(11, 12).build(), 0);

    assertThat(dispatcher.dispatch(0).getFirst().why()).isEqualTo(new Why("prefix", 1000));
  }

  @Test
  void forgetsAnEngineThatHasLeftThePool() {
    dispatcher.resident(engine("b"), List.of(11L), List.of());
    dispatcher.forget(engine("b"));
    offerSlots("a", 1);
    offerSlots("b", 1);
    dispatcher.enqueue(WaitingCall.of("c").prefix(11).build(), 0);

    assertThat(dispatcher.dispatch(0).getFirst().why()).isEqualTo(new Why("least-loaded", 0));
  }

  @Test
  void waitsForAWarmEngineAndAsksToBeWoken() {
    warmButFull("b");
    offerSlots("a", 1);
    dispatcher.enqueue(WaitingCall.of("c").prefix(11, 12).build(), nanos(5));
    dispatcher.enqueue(WaitingCall.of("cold").arrivingAt(1).build(), nanos(5));

    // 2000 tokens of 22 µs. The next call takes the slot meanwhile.
    assertThat(sent(5)).containsExactly("cold>a");
    assertThat(dispatcher.nextWakeNanos()).hasValue(nanos(5) + 44_000_000);

    offerSlots("a", 1);
    assertThat(sent(5.043)).isEmpty();
    assertThat(sent(5.044)).containsExactly("c>a");
    assertThat(dispatcher.nextWakeNanos()).isEmpty();
  }

  @Test
  void aHeldCallGoesToItsWarmEngineFirst() {
    warmButFull("b");
    offerSlots("a", 1);
    dispatcher.enqueue(WaitingCall.of("c").prefix(11, 12).build(), 0);
    assertThat(sent(0)).isEmpty();
    dispatcher.enqueue(WaitingCall.of("c2").prefix(11, 12).arrivingAt(0.001).build(), 0);

    offerSlots("b", 1);
    assertThat(sent(0.002)).containsExactly("c>b");
  }

  @Test
  void asksForNoWakeWhenNoEngineHasRoom() {
    warmButFull("b");
    dispatcher.enqueue(WaitingCall.of("c").prefix(11, 12).build(), 0);

    assertThat(sent(0)).isEmpty();
    assertThat(dispatcher.nextWakeNanos()).isEmpty();
  }

  @Test
  void looksBehindABoundedNumberOfHeldCalls() {
    var narrow = dispatcher("passed-over = 3");
    narrow.resident(engine("b"), List.of(11L), List.of());
    narrow.offer(engine("b"), Credit.NONE, new EngineLoad(1, 0, 0));
    narrow.offer(engine("a"), new Credit(1, Credit.UNLIMITED), new EngineLoad(1, 0, 0));
    for (int n = 0; n < 3; n++) {
      narrow.enqueue(WaitingCall.of("held" + n).prefix(11).build(), 0);
    }
    narrow.enqueue(WaitingCall.of("cold").arrivingAt(1).build(), 0);

    assertThat(narrow.dispatch(0)).isEmpty();
    assertThat(narrow.dispatch(22_000_000)).hasSize(1);
  }

  @Test
  void showsItsQueueItsEnginesAndItsChoices() {
    offerSlots("a", 3);
    enqueue("c1", "c2");
    assertThat(sent(0)).hasSize(2);
    dispatcher.offer(engine("a"), Credit.NONE, new EngineLoad(3, 0, 1));
    dispatcher.retract(engine("a"));
    dispatcher.offer(engine("a"), Credit.NONE, new EngineLoad(3, 0, 1));
    dispatcher.enqueue(WaitingCall.of("veteran").attained(6).arrivingAt(2).build(), nanos(3));
    dispatcher.enqueue(WaitingCall.of("newcomer").arrivingAt(3).build(), nanos(3));

    var view = dispatcher.view(nanos(5));
    assertThat(view.waiting()).containsExactly(1, 1, 0, 0, 0, 0, 0, 0);
    assertThat(view.oldestWaitNanos()).isEqualTo(nanos(3));
    assertThat(view.engines())
        .containsExactly(
            new Dispatcher.EngineView(engine("a"), Credit.NONE, new EngineLoad(3, 0, 1)));
    assertThat(view.placed()).containsExactly(Map.entry("least-loaded", 2L));
  }

  /// Two programs on one slot: the newcomer of the issue.
  @Test
  void aNewcomerOvertakesAVeteranUnderPlasAndNotUnderFcfs() {
    for (var discipline : List.of("plas", "fcfs")) {
      var one = dispatcher("discipline = " + discipline);
      one.enqueue(WaitingCall.of("veteran").attained(60).arrivingAt(0).build(), 0);
      one.enqueue(WaitingCall.of("newcomer").arrivingAt(1).build(), nanos(1));
      one.offer(engine("a"), new Credit(1, Credit.UNLIMITED), new EngineLoad(0, 0, 0));

      assertThat(one.dispatch(nanos(1)).getFirst().waiting().call().id())
          .isEqualTo(id(discipline.equals("plas") ? "newcomer" : "veteran"));
    }
  }

  /// The four counts of the 2048-token rule: total 4, small 1, assigned 1, hits 2.
  @Test
  void countsTheDispatchesOfTheTokenThresholdByRule() {
    var bound = dispatcher("placement.rule = token-threshold");
    bound.offer(engine("a"), new Credit(9, Credit.UNLIMITED), new EngineLoad(0, 0, 0));
    bound.offer(engine("b"), new Credit(9, Credit.UNLIMITED), new EngineLoad(0, 0, 0));
    bound.enqueue(WaitingCall.of("small").ofProgram("p").tokens(2048, 1).build(), 0);
    for (int n = 0; n < 3; n++) {
      bound.enqueue(WaitingCall.of("large" + n).ofProgram("p").tokens(2049, 1).build(), 0);
    }

    assertThat(bound.dispatch(0)).hasSize(4);
    assertThat(bound.view(0).placed())
        .containsOnly(Map.entry("small-call", 1L), Map.entry("pin", 1L), Map.entry("pinned", 2L));
  }

  private void warmButFull(String engine) {
    dispatcher.resident(engine(engine), List.of(11L, 12L), List.of());
    dispatcher.offer(engine(engine), Credit.NONE, new EngineLoad(1, 0, 0));
  }

  private void offerSlots(String engine, int slots) {
    dispatcher.offer(engine(engine), new Credit(slots, Credit.UNLIMITED), new EngineLoad(1, 0, 0));
  }

  private void enqueue(String... calls) {
    for (var call : calls) {
      dispatcher.enqueue(WaitingCall.of(call).build(), 0);
    }
  }

  private List<String> sent(double seconds) {
    return sent(dispatcher, seconds);
  }

  private static List<String> sent(Dispatcher dispatcher, double seconds) {
    var sent =
        dispatcher.dispatch(nanos(seconds)).stream()
            .map(each -> each.waiting().call().id().value() + ">" + each.engine().value())
            .toList();
    dispatcher.checkInvariants();
    return sent;
  }

  private static Dispatcher dispatcher(String overrides) {
    return ScheduleSettings.of(
            ConfigFactory.parseString(
                    "troupe.schedule { discipline = plas, placement.rule = prefix-aware, "
                        + overrides
                        + " }")
                .withFallback(ConfigFactory.defaultReference()))
        .newDispatcher();
  }
}
