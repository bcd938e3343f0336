package dev.troupe.schedule;

import static dev.troupe.schedule.WaitingCall.id;
import static dev.troupe.schedule.WaitingCall.nanos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.program.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An uncached prompt token costs 1 ms, a second of the program's service 0.1 s, and a second of
/// waiting pays for 0.01 s. Overtaking is bounded where a test says so, and else by so much that a cost
/// counts as it is.
class LeastCostQueueTest {

  private static final EnginePrices PRICES = new EnginePrices(1_000_000, 0, 0, 0);
  private static final CostWeights WEIGHTS = new CostWeights(0.01, nanos(1e9), false, true);
  private static final int MOST_SECONDS = 60;

  /// Tokens that the warmest engine holds of a prompt, by the hash of its first boundary.
  private final Map<Long, Integer> cached = new HashMap<>();

  private final LeastCostQueue queue = newQueue(WEIGHTS);

  @Test
  void shortPromptsGoFirst() {
    queue.add(WaitingCall.of("long").tokens(3000, 0).build());
    queue.add(WaitingCall.of("short").tokens(1000, 0).build());
    queue.add(WaitingCall.of("middle").tokens(2000, 0).build());

    assertThat(order(0)).containsExactly("short", "middle", "long");
  }

  @Test
  void whatIsCachedCostsNothing() {
    cached.put(7L, 2900);
    queue.add(WaitingCall.of("cold").tokens(1000, 0).build());
    queue.add(WaitingCall.of("warm").tokens(3000, 0).prefix(7, 8, 9).build());

    assertThat(order(0)).containsExactly("warm", "cold");
  }

  /// 1 s apart in cost: made up for by 100 s of waiting.
  @Test
  void waitingPaysForCost() {
    queue.add(WaitingCall.of("long").tokens(2000, 0).arrivingAt(0).build());
    queue.add(WaitingCall.of("before").tokens(1000, 0).arrivingAt(99).build());
    queue.add(WaitingCall.of("after").tokens(1000, 0).arrivingAt(101).build());

    assertThat(order(101)).containsExactly("before", "long", "after");
  }

  /// Side by side A costs 4 s, then 2 s when one of its calls has gone; B costs 3 s.
  @Test
  void callsSideBySideHaveOnePlaceThatMovesUpWithEachServed() {
    queue.add(WaitingCall.of("a1").ofProgram("A").tokens(2000, 0).build());
    queue.add(WaitingCall.of("a2").ofProgram("A").tokens(2000, 0).build());
    queue.add(WaitingCall.of("b").tokens(3000, 0).build());

    assertThat(order(0)).containsExactly("b", "a1", "a2");
    queue.remove(id("a1"));
    assertThat(order(0)).containsExactly("a2", "b");
  }

  @Test
  void passesOverACallWithoutItsSiblings() {
    queue.add(WaitingCall.of("a1").ofProgram("A").tokens(1000, 0).build());
    queue.add(WaitingCall.of("a2").ofProgram("A").tokens(1000, 0).build());
    queue.add(WaitingCall.of("b").tokens(3000, 0).build());

    var calls = queue.inOrder(0);
    calls.next();
    assertThat(calls.next().waiting().call().id()).isEqualTo(id("a2"));
    calls.remove();
    assertThat(calls.next().waiting().call().id()).isEqualTo(id("b"));
    assertThat(calls.hasNext()).isFalse();
    assertThat(order(0)).containsExactly("a1", "b");
  }

  /// Costs of 4, 2 and 1 s count 1 s at priority 2, 2 s at 0 and 2 s at -1, at which the younger comes later.
  @Test
  void eachStepOfPriorityHalvesWhatACostCounts() {
    queue.add(WaitingCall.of("little").tokens(1000, 0).priority(-1).arrivingAt(0.1).build());
    queue.add(WaitingCall.of("usual").tokens(2000, 0).build());
    queue.add(WaitingCall.of("much").tokens(4000, 0).priority(2).arrivingAt(0.1).build());

    assertThat(order(0)).containsExactly("much", "usual", "little");
  }

  /// The whole program moves, with the calls that wait already.
  @Test
  void aProgramHasThePriorityThatItsYoungestCallSays() {
    queue.add(WaitingCall.of("a1").ofProgram("A").tokens(2000, 0).build());
    queue.add(WaitingCall.of("b").tokens(3000, 0).build());
    assertThat(order(0)).containsExactly("a1", "b");

    queue.add(
        WaitingCall.of("a2").ofProgram("A").tokens(0, 0).priority(-1).arrivingAt(0.1).build());
    assertThat(order(0)).containsExactly("b", "a1", "a2");
    assertThat(queue.remove(id("a1"))).isPresent();
    queue.add(WaitingCall.of("a1").ofProgram("A").tokens(2000, 0).build());
    assertThat(order(0)).containsExactly("b", "a1", "a2");
  }

  @Test
  void equalsGoInTheOrderOfArrivalAndOfName() {
    queue.add(WaitingCall.of("b").arrivingAt(1).build());
    queue.add(WaitingCall.of("a").arrivingAt(1).build());
    queue.add(WaitingCall.of("z").arrivingAt(0).build());

    assertThat(order(1)).containsExactly("z", "a", "b");
  }

  @Test
  void aCallWhoseCacheIsGoneStepsBackBeforeItIsGivenOut() {
    cached.put(7L, 2900);
    for (int n = 0; n < 20; n++) {
      queue.add(WaitingCall.of("cold" + n).tokens(1000, 0).build());
    }
    // The last in turn to be looked at again.
    queue.add(WaitingCall.of("warm").tokens(3000, 0).prefix(7).build());
    cached.clear();

    assertThat(order(0)).hasSize(21).endsWith("warm");
  }

  @Test
  void aCallWhoseCacheHasComeIsFoundByAndBy() {
    for (int n = 0; n < 20; n++) {
      queue.add(WaitingCall.of("cold" + n).tokens(1000, 0).build());
    }
    queue.add(WaitingCall.of("warm").tokens(3000, 0).prefix(7).build());
    cached.put(7L, 2900);

    for (int asked = 0; asked < 6; asked++) {
      queue.inOrder(0);
    }
    assertThat(order(0)).startsWith("warm");
  }

  @Test
  void aCallThatIsPutBackTakesItsPlace() {
    queue.add(WaitingCall.of("first").tokens(1000, 0).build());
    queue.add(WaitingCall.of("second").tokens(2000, 0).build());
    var taken = queue.poll(0).orElseThrow();
    assertThat(order(0)).containsExactly("second");

    queue.putBack(taken);

    assertThat(order(0)).containsExactly("first", "second");
  }

  @Test
  void refusesACallThatWaitsAlready() {
    queue.add(WaitingCall.of("c").build());

    assertThatThrownBy(() -> queue.add(WaitingCall.of("c").build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("already waiting");
  }

  @Test
  void knowsWhoHasWaitedLongest() {
    assertThat(queue.oldestArrivalNanos()).isEmpty();
    queue.add(WaitingCall.of("late").tokens(1, 0).arrivingAt(5).build());
    queue.add(WaitingCall.of("early").tokens(9000, 0).arrivingAt(2).build());
    assertThat(queue.oldestArrivalNanos()).hasValue(nanos(2));

    assertThat(queue.remove(id("early"))).isPresent();
    assertThat(queue.remove(id("early"))).isEmpty();
    assertThat(queue.oldestArrivalNanos()).hasValue(nanos(5));
    assertThat(queue.sizes()).containsExactly(1);
  }

  /// Whatever comes, goes and warms up.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void givesOutEveryCallOnce(long seed) {
    var random = new Random(seed);
    var expected = new ArrayList<String>();
    var given = new ArrayList<String>();
    for (int step = 0; step < 2_000; step++) {
      var name = "c" + step;
      if (random.nextInt(3) > 0) {
        queue.add(
            WaitingCall.of(name)
                .ofProgram("p" + random.nextInt(300))
                .tokens(1 + random.nextInt(5000), 0)
                .prefix(random.nextInt(8))
                .arrivingAt(step)
                .build());
        expected.add(name);
      }
      cached.put((long) random.nextInt(8), random.nextInt(3000));
      if (random.nextInt(2) == 0) {
        var calls = queue.inOrder(nanos(step));
        int passedOver = random.nextInt(3);
        while (calls.hasNext()) {
          var next = calls.next();
          if (passedOver-- == 0) {
            calls.remove();
            given.add(next.waiting().call().id().value());
            break;
          }
        }
      }
    }
    given.addAll(order(nanos(2_000)));

    assertThat(given).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(queue.size()).isEqualTo(order(nanos(2_000)).size());
  }

  /// At 0.01 a second, 60 s pay 0.6 s. A cost of 0.2 s owes 0.2 / (1 + 0.2 / 0.6) = 0.15 s, made up for by
  /// 15 s of waiting; one of 0.6 s owes half of the most, 30 s; and one of 3,000 s owes 59.99 s.
  @Test
  void whatCostsMuchOwesNoMoreThanTheLongestOvertaking() {
    var bounded = boundedQueue();
    bounded.add(WaitingCall.of("little").tokens(200, 0).arrivingAt(0).build());
    bounded.add(WaitingCall.of("much").tokens(600, 0).arrivingAt(0).build());
    bounded.add(WaitingCall.of("most").tokens(3_000_000, 0).arrivingAt(0).build());
    for (int at : List.of(14, 16, 29, 31, 59, 61)) {
      bounded.add(WaitingCall.of("at " + at).tokens(0, 0).arrivingAt(at).build());
    }

    assertThat(order(bounded, nanos(61)))
        .containsExactly(
            "at 14", "little", "at 16", "at 29", "much", "at 31", "at 59", "most", "at 61");
  }

  /// Calls of all sizes, of programs that have received all kinds of amounts: none goes before one
  /// that came more than the longest overtaking earlier.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nobodyIsOvertakenByWhoComesLaterThanTheBound(long seed) {
    var random = new Random(seed);
    var bounded = boundedQueue();
    var oldestSeconds = new HashMap<String, TreeMap<Integer, Integer>>();
    for (int second = 0; second < 3_000; second++) {
      cached.put((long) random.nextInt(8), random.nextInt(3000));
      for (int added = random.nextInt(4); added > 0; added--) {
        var program = "p" + random.nextInt(200);
        oldestSeconds.computeIfAbsent(program, _ -> new TreeMap<>()).merge(second, 1, Integer::sum);
        bounded.add(
            WaitingCall.of(second + "-" + added)
                .ofProgram(program)
                .tokens(1 << random.nextInt(24), 0)
                .stage(random.nextInt(64))
                .priority(random.nextInt(9) - 4)
                .prefix(random.nextInt(8))
                .arrivingAt(second)
                .build());
      }
      var next = bounded.poll(nanos(second));
      if (next.isPresent()) {
        var given = next.get().waiting();
        var arrivals = oldestSeconds.getOrDefault(given.call().program().value(), new TreeMap<>());
        int longestWaiting =
            oldestSeconds.values().stream().mapToInt(TreeMap::firstKey).min().orElseThrow();
        assertThat(arrivals.firstKey() - longestWaiting).isLessThanOrEqualTo(MOST_SECONDS);
        arrivals.computeIfPresent(
            (int) (given.arrivalNanos() / nanos(1)), (_, calls) -> calls == 1 ? null : calls - 1);
        if (arrivals.isEmpty()) {
          oldestSeconds.remove(given.call().program().value());
        }
      }
    }
  }

  /// Each second two calls come that cost nothing, and one is served. Those of less than 60 s, 118, may
  /// go before it and no more.
  @Test
  void theDearestCallIsServedWhenThoseWhoCameWithinTheBoundAre() {
    var bounded = boundedQueue();
    bounded.add(WaitingCall.of("dearest").tokens(2_000_000_000, 0).build());
    int second = 0;
    while (bounded.contains(id("dearest"))) {
      second++;
      bounded.add(WaitingCall.of("a" + second).tokens(0, 0).arrivingAt(second).build());
      bounded.add(WaitingCall.of("b" + second).tokens(0, 0).arrivingAt(second).build());
      bounded.poll(nanos(second));
    }

    assertThat(second).isEqualTo(2 * (MOST_SECONDS - 1) + 1);
  }

  /// What matters least is no worse off: what it costs counts 16 times, and its debt is bounded like any.
  @Test
  void whoMattersLeastIsServedWithinTheSameBound() {
    var bounded = boundedQueue();
    bounded.add(WaitingCall.of("least").tokens(2_000_000_000, 0).priority(-4).build());
    int second = 0;
    while (bounded.contains(id("least"))) {
      second++;
      bounded.add(WaitingCall.of("a" + second).tokens(1, 0).priority(4).arrivingAt(second).build());
      bounded.add(WaitingCall.of("b" + second).tokens(1, 0).priority(4).arrivingAt(second).build());
      bounded.poll(nanos(second));
    }

    assertThat(second).isEqualTo(2 * (MOST_SECONDS - 1) + 1);
  }

  /// Four of five programs end with their first call, the others go on and on. So a first call of 2 s goes
  /// before a third one of 1 s, until endings do not count.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void atAStageAtWhichProgramsEndTheyGoFirst(boolean learnsEndings) {
    var learning = newQueue(new CostWeights(0, nanos(1), learnsEndings, true));
    for (int program = 0; program < 200; program++) {
      for (int stage = 0; stage < (program % 5 == 0 ? 30 : 1); stage++) {
        learning.add(WaitingCall.of(program + "-" + stage).stage(stage).build());
        learning.poll(0);
      }
    }
    learning.add(WaitingCall.of("first").tokens(2000, 0).build());
    learning.add(WaitingCall.of("third").tokens(1000, 0).stage(2).build());

    assertThat(order(learning, 0).getFirst()).isEqualTo(learnsEndings ? "first" : "third");
  }

  /// All cost 1 s. Before anything is learned a program that says nothing counts as one that makes two calls.
  @Test
  void aProgramThatSaysHowLongItIsStandsByThat() {
    queue.add(WaitingCall.of("nine").tokens(1000, 0).remaining(8).build());
    queue.add(WaitingCall.of("unsaid").tokens(1000, 0).build());
    queue.add(WaitingCall.of("three").tokens(1000, 0).remaining(2).build());
    queue.add(WaitingCall.of("last").tokens(1000, 0).remaining(0).build());

    assertThat(order(0)).containsExactly("last", "unsaid", "three", "nine");
  }

  /// A costs 4 s, and one call of 1 s comes after its four: 5 s. B costs 1 s with five after it, 6 s; C with
  /// three, 4 s. When three of A have gone it is 2 s.
  @Test
  void callsSideBySideAreOneStageOfWhatIsToCome() {
    for (int n = 1; n <= 4; n++) {
      queue.add(WaitingCall.of("a" + n).ofProgram("A").tokens(1000, 0).remaining(1).build());
    }
    queue.add(WaitingCall.of("b").tokens(1000, 0).remaining(5).build());
    queue.add(WaitingCall.of("c").tokens(1000, 0).remaining(3).build());

    assertThat(order(0)).containsExactly("c", "a1", "a2", "a3", "a4", "b");

    for (int n = 1; n <= 3; n++) {
      queue.remove(id("a" + n));
    }
    assertThat(order(0)).containsExactly("a4", "c", "b");
  }

  @Test
  void whatIsSaidDoesNotCountWhereTheOperatorSaysSo() {
    var heedless = newQueue(new CostWeights(0.01, nanos(1e9), false, false));
    heedless.add(WaitingCall.of("long").tokens(1000, 0).remaining(99).build());
    heedless.add(WaitingCall.of("dear").tokens(1001, 0).remaining(0).build());

    assertThat(order(heedless, 0)).containsExactly("long", "dear");
  }

  /// Whatever is said, a program is overtaken only by those that come within 60 s.
  @Test
  void aLongProgramIsOvertakenWithinTheBound() {
    var bounded = boundedQueue();
    bounded.add(WaitingCall.of("long").tokens(1000, 0).remaining(1_000_000).arrivingAt(0).build());
    bounded.add(WaitingCall.of("within").tokens(1, 0).remaining(0).arrivingAt(59).build());
    bounded.add(WaitingCall.of("beyond").tokens(1, 0).remaining(0).arrivingAt(61).build());

    assertThat(order(bounded, nanos(61))).containsExactly("within", "long", "beyond");
  }

  /// Engines that send calls back do not make programs seem to end.
  @Test
  void aCallThatIsPutBackWasNotServed() {
    var learning = newQueue(new CostWeights(0, nanos(1), true, true));
    for (int program = 0; program < 200; program++) {
      for (int stage = 0; stage < 2; stage++) {
        learning.add(WaitingCall.of(program + "-" + stage).stage(stage).build());
        for (int declined = 0; declined < 9 * stage; declined++) {
          learning.putBack(learning.poll(0).orElseThrow());
        }
        learning.poll(0);
      }
    }
    // Two stages are left to the one and one to the other, of the same cost.
    learning.add(WaitingCall.of("first").tokens(1000, 0).build());
    learning.add(WaitingCall.of("last").tokens(1000, 0).stage(1).build());

    assertThat(order(learning, 0)).containsExactly("last", "first");
  }

  @Test
  void callsThatComeAndGoWithoutAQuestionLeaveNothing() {
    for (int n = 0; n < 1000; n++) {
      queue.add(WaitingCall.of("c" + n).build());
      queue.remove(id("c" + n));
    }
    queue.add(WaitingCall.of("last").build());

    assertThat(order(0)).containsExactly("last");
  }

  private List<String> order(long nowNanos) {
    return order(queue, nowNanos);
  }

  private static List<String> order(CallQueue queue, long nowNanos) {
    var ids = new ArrayList<String>();
    queue.inOrder(nowNanos).forEachRemaining(next -> ids.add(next.waiting().call().id().value()));
    return ids;
  }

  private LeastCostQueue newQueue(CostWeights weights) {
    return new LeastCostQueue(PRICES, weights, this::cachedTokens);
  }

  private LeastCostQueue boundedQueue() {
    return newQueue(new CostWeights(0.01, nanos(MOST_SECONDS), true, true));
  }

  private int cachedTokens(Call call) {
    var prefix = call.prefix();
    return prefix.length() == 0 ? 0 : cached.getOrDefault(prefix.hash(0), 0);
  }
}
