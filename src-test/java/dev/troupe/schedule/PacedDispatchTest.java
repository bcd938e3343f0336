package dev.troupe.schedule;

import static dev.troupe.schedule.WaitingCall.engine;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineLoad;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a [Dispatcher] does with engines that have room, and hold as much as keeps their tokens quick: some
/// 186,000 tokens with the default prices. Calls in order of arrival.
class PacedDispatchTest {

  private static final Credit ROOM = new Credit(20, 400_000);
  private static final EngineLoad QUICK = new EngineLoad(10, 100_000, 0);
  private static final EngineLoad SLOW = new EngineLoad(20, 200_000, 0);

  private final Dispatcher dispatcher = dispatcher("added-delay");

  @Test
  void whileOneEngineIsQuickTheOthersCountAsFull() {
    var byCalls = dispatcher("least-loaded");
    byCalls.offer(engine("slow"), ROOM, new EngineLoad(2, 200_000, 0));
    byCalls.offer(engine("quick"), ROOM, new EngineLoad(10, 100_000, 0));
    byCalls.enqueue(WaitingCall.of("c").build(), 0);

    assertThat(byCalls.dispatch(0).getFirst().engine()).isEqualTo(engine("quick"));
  }

  @Test
  void callsThatAreAlikePassWhenNoEngineIsQuick() {
    serveSome();
    dispatcher.offer(engine("a"), ROOM, SLOW);
    enqueue(WaitingCall.of("c1"), WaitingCall.of("c2"), WaitingCall.of("c3"));

    assertThat(sent()).containsExactly("c1>a", "c2>a", "c3>a");
  }

  @Test
  void aDearCallWaitsForAQuickEngineAndThoseBehindItWithIt() {
    serveSome();
    dispatcher.offer(engine("a"), ROOM, SLOW);
    enqueue(
        WaitingCall.of("first"),
        WaitingCall.of("dear").tokens(50_000, 10).arrivingAt(1),
        WaitingCall.of("last").arrivingAt(2));

    assertThat(sent()).containsExactly("first>a");
    dispatcher.offer(engine("a"), new Credit(15, 150_000), QUICK);
    assertThat(sent()).containsExactly("dear>a", "last>a");
  }

  /// Otherwise the dear call of another model would never find the engine quick.
  @Test
  void nothingPassesOnAnEngineOfSeveralModels() {
    serveSome();
    dispatcher.offer(engine("a"), ROOM, new EngineLoad(20, 200_000, 0, true));
    enqueue(WaitingCall.of("c"));

    assertThat(sent()).isEmpty();
    dispatcher.offer(engine("a"), Credit.NONE, new EngineLoad(10, 100_000, 0, true));
    assertThat(sent()).containsExactly("c>a");
  }

  @Test
  void whatIsCachedMakesALongCallCheapEnoughToPass() {
    serveSome();
    dispatcher.resident(engine("a"), List.of(11L, 12L, 13L, 14L), List.of());
    dispatcher.offer(engine("a"), ROOM, SLOW);
    enqueue(WaitingCall.of("long").tokens(4000, 10).prefix(11, 12, 13, 14));

    assertThat(sent()).containsExactly("long>a");
  }

  @Test
  void aDearCallThatWaitsForItsLostEngineHoldsNobodyUp() {
    serveSome();
    dispatcher.lost(engine("gone"), 0);
    dispatcher.offer(engine("a"), ROOM, SLOW);
    enqueue(
        WaitingCall.of("dear").tokens(50_000, 10).lastOn("gone"),
        WaitingCall.of("other").arrivingAt(1));

    assertThat(sent()).containsExactly("other>a");
  }

  /// The quick one is no engine for it.
  @Test
  void aCallPassesThatOneQuickEngineHasFailed() {
    serveSome();
    dispatcher.offer(engine("slow"), ROOM, SLOW);
    dispatcher.offer(engine("failed"), ROOM, QUICK);
    enqueue(WaitingCall.of("again").excluding("failed"), WaitingCall.of("other").arrivingAt(1));

    assertThat(sent()).containsExactly("again>slow", "other>failed");
  }

  @Test
  void aDearCallThatOneQuickEngineHasFailedWaitsForAnotherAndHoldsNobodyUp() {
    serveSome();
    dispatcher.offer(engine("slow"), ROOM, SLOW);
    dispatcher.offer(engine("failed"), ROOM, QUICK);
    enqueue(
        WaitingCall.of("dear").tokens(50_000, 10).excluding("failed"),
        WaitingCall.of("other").arrivingAt(1));

    assertThat(sent()).containsExactly("other>failed");
  }

  @Test
  void nothingGoesBeyondTheMemory() {
    serveSome();
    dispatcher.offer(engine("a"), new Credit(2, 400_000), SLOW);
    enqueue(WaitingCall.of("c1"), WaitingCall.of("c2"), WaitingCall.of("c3"));

    assertThat(sent()).containsExactly("c1>a", "c2>a");
  }

  /// So that it is known what calls cost: 100 tokens of prompt and 10 of output.
  private void serveSome() {
    dispatcher.offer(engine("before"), new Credit(4, 400_000), QUICK);
    for (int call = 0; call < 4; call++) {
      enqueue(WaitingCall.of("served" + call));
    }
    assertThat(sent()).hasSize(4);
    dispatcher.forget(engine("before"));
  }

  private void enqueue(WaitingCall... calls) {
    for (var call : calls) {
      dispatcher.enqueue(call.build(), 0);
    }
  }

  private List<String> sent() {
    var sent =
        dispatcher.dispatch(0).stream()
            .map(each -> each.waiting().call().id().value() + ">" + each.engine().value())
            .toList();
    dispatcher.checkInvariants();
    return sent;
  }

  private static Dispatcher dispatcher(String placement) {
    return ScheduleSettings.of(
            ConfigFactory.parseString(
                    "troupe.schedule { discipline = fcfs, placement.rule = " + placement + " }")
                .withFallback(ConfigFactory.defaultReference()))
        .newDispatcher();
  }
}
