package dev.troupe.schedule;

import static dev.troupe.schedule.WaitingCall.engine;
import static dev.troupe.schedule.WaitingCall.nanos;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.EngineLoad;
import dev.troupe.engine.Lease.Why;
import dev.troupe.schedule.Placement.Candidate;
import dev.troupe.schedule.Placement.Choice;
import dev.troupe.schedule.Placement.Choice.Hold;
import dev.troupe.schedule.Placement.Choice.None;
import dev.troupe.schedule.Placement.Choice.Place;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PlacementTest {

  private static final long HOME_HOLD_NANOS = nanos(10);

  /// Factor 1.5 without slack, at least 128 tokens, at most 1 s; a token saves 100 µs.
  private static final PrefixSettings PREFIX =
      new PrefixSettings(1.5, 0, 128, Duration.ofSeconds(1));

  private final Placement tokenThreshold = new TokenThreshold(2048, HOME_HOLD_NANOS);
  private final Placement consistentHash = new ConsistentHash(HOME_HOLD_NANOS);
  private final Placement prefixAware = new PrefixAware(PREFIX, 100_000);
  private final Waiting anyCall = WaitingCall.of("c").build();

  static Stream<Placement> all() {
    return Stream.of(
        new RoundRobin(),
        LeastLoaded.byInFlight(),
        LeastLoaded.byWaitingWeighted(),
        new ConsistentHash(HOME_HOLD_NANOS),
        new TokenThreshold(2048, HOME_HOLD_NANOS),
        new PrefixAware(PREFIX, 100_000));
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyPlacementPlacesWhereThereIsRoomAndOnlyThere(Placement placement) {
    var calls =
        IntStream.range(0, 20)
            .mapToObj(n -> WaitingCall.of("c" + n).tokens(n * 400, 10).build())
            .toList();
    for (var call : calls) {
      assertThat(placement.place(call, List.of(full("a"), full("b")))).isEqualTo(new None());
      assertThat(placement.place(call, List.of(free("a", 3), free("b", 1))))
          .isInstanceOf(Place.class);
      if (placement.place(call, List.of(full("a"), free("b", 0))) instanceof Place place) {
        assertThat(place.engine()).isEqualTo(engine("b"));
      }
    }
  }

  @Test
  void roundRobinGivesEachEngineItsTurn() {
    var placement = new RoundRobin();
    var engines = List.of(free("a", 0), free("b", 9), free("c", 5));

    assertThat(Stream.generate(() -> engineOf(placement.place(anyCall, engines))).limit(4))
        .containsExactly("a", "b", "c", "a");
    assertThat(engineOf(placement.place(anyCall, List.of(free("a", 0), full("b"), free("c", 5)))))
        .isEqualTo("c");
  }

  @Test
  void leastLoadedTakesTheFewestInFlight() {
    var placement = LeastLoaded.byInFlight();

    assertThat(placement.place(anyCall, List.of(free("a", 3), free("b", 2), full("c"))))
        .isEqualTo(new Place(engine("b"), new Why("least-loaded", 0)));
  }

  @Test
  void waitingWeighsFourTimesAsMuchAsRunning() {
    var placement = LeastLoaded.byWaitingWeighted();
    // a: 2 × 4 + 1 = 9; b: 8 running.
    var engines =
        List.of(
            new Candidate(engine("a"), true, new EngineLoad(3, 0, 2), 0.5, 0),
            new Candidate(engine("b"), true, new EngineLoad(8, 0, 0), 0.5, 0));

    assertThat(engineOf(placement.place(anyCall, engines))).isEqualTo("b");
  }

  @Test
  void consistentHashKeepsAProgramOnItsEngine() {
    var engines = List.of(free("a", 0), free("b", 0), free("c", 0));
    var first = WaitingCall.of("c1").ofProgram("p").build();
    var second = WaitingCall.of("c2").ofProgram("p").build();
    var home = engineOf(consistentHash.place(first, engines));

    assertThat(engineOf(consistentHash.place(second, engines))).isEqualTo(home);
    var homeFull =
        engines.stream()
            .map(each -> each.engine().value().equals(home) ? full(home) : each)
            .toList();
    assertThat(consistentHash.place(second, homeFull))
        .isEqualTo(new Hold(engine(home), HOME_HOLD_NANOS));
  }

  @Test
  void consistentHashMovesOnlyTheProgramsOfAnEngineThatGoes() {
    var three = List.of(free("a", 0), free("b", 0), free("c", 0));
    var two = List.of(free("a", 0), free("b", 0));
    var homes = new HashSet<String>();
    for (int n = 0; n < 60; n++) {
      var call = WaitingCall.of("c").ofProgram("p" + n).build();
      var home = engineOf(consistentHash.place(call, three));
      homes.add(home);
      if (!home.equals("c")) {
        assertThat(engineOf(consistentHash.place(call, two))).isEqualTo(home);
      }
    }
    assertThat(homes).containsExactlyInAnyOrder("a", "b", "c");
  }

  @ParameterizedTest
  @CsvSource({"1, small-call", "2048, small-call", "2049, pin", "100000, pin"})
  void callsUpTo2048TokensAreNotBound(int promptTokens, String rule) {
    var call = WaitingCall.of("c").tokens(promptTokens, 10).build();

    assertThat(tokenThreshold.place(call, List.of(free("a", 1), free("b", 0))))
        .isEqualTo(new Place(engine("b"), new Why(rule, 0)));
  }

  @Test
  void aLongCallOfAPinnedProgramGoesToItsEngineWhateverItsLoad() {
    var call = WaitingCall.of("c").tokens(2049, 10).build();
    tokenThreshold.place(call, List.of(free("a", 1), free("b", 0)));

    assertThat(tokenThreshold.place(call, List.of(free("a", 0), free("b", 9))))
        .isEqualTo(new Place(engine("b"), new Why("pinned", 0)));
    assertThat(tokenThreshold.place(call, List.of(free("a", 0), full("b"))))
        .isEqualTo(new Hold(engine("b"), HOME_HOLD_NANOS));
  }

  @Test
  void aRemovedEngineClearsItsPins() {
    var call = WaitingCall.of("c").tokens(2049, 10).build();
    tokenThreshold.place(call, List.of(free("a", 1), free("b", 0)));
    tokenThreshold.removed(engine("b"));

    assertThat(tokenThreshold.place(call, List.of(free("a", 1), free("b", 9))))
        .isEqualTo(new Place(engine("a"), new Why("pin", 0)));
  }

  @Test
  void prefixAwareTakesTheEngineWithMostOfThePrompt() {
    assertThat(prefixAware.place(anyCall, List.of(warm("a", 2, 900), warm("b", 2, 1000))))
        .isEqualTo(new Place(engine("b"), new Why("prefix", 1000)));
  }

  @Test
  void prefixAwareCountsAShortBeginningAsNone() {
    assertThat(prefixAware.place(anyCall, List.of(warm("a", 2, 127), warm("b", 1, 0))))
        .isEqualTo(new Place(engine("b"), new Why("least-loaded", 0)));
  }

  @Test
  void prefixAwareLeavesAnOverloadedEngine() {
    // At most ceil(1.5 × (5 + 1) ÷ 2) = 5 calls: five fit beside the fourth, not beside the fifth.
    assertThat(engineOf(prefixAware.place(anyCall, List.of(warm("a", 4, 1000), warm("b", 1, 0)))))
        .isEqualTo("a");
    // ceil(1.5 × (6 + 1) ÷ 2) = 6 is what a would have with seven.
    assertThat(engineOf(prefixAware.place(anyCall, List.of(warm("a", 6, 1000), warm("b", 0, 0)))))
        .isEqualTo("b");
  }

  @Test
  void prefixAwareUsesAnOverloadedEngineWhenNoOtherHasRoom() {
    assertThat(engineOf(prefixAware.place(anyCall, List.of(warm("a", 9, 1000), full("b")))))
        .isEqualTo("a");
  }

  @Test
  void prefixAwareBreaksATieByTheLastEngineThenByLoad() {
    var call = WaitingCall.of("c").lastOn("b").build();

    assertThat(prefixAware.place(call, List.of(free("a", 2), free("b", 3))))
        .isEqualTo(new Place(engine("b"), new Why("last-engine", 0)));
    assertThat(prefixAware.place(anyCall, List.of(free("a", 3), free("b", 2))))
        .isEqualTo(new Place(engine("b"), new Why("least-loaded", 0)));
  }

  @Test
  void prefixAwareWaitsForAWarmEngineNoLongerThanThePrefillItSaves() {
    // 2000 − 500 tokens of 100 µs.
    assertThat(prefixAware.place(anyCall, List.of(warmAndFull("a", 1, 2000), warm("b", 1, 500))))
        .isEqualTo(new Hold(engine("a"), 150_000_000));
  }

  @Test
  void prefixAwareWaitsNoLongerThanTheCap() {
    assertThat(prefixAware.place(anyCall, List.of(warmAndFull("a", 1, 50_000), warm("b", 1, 0))))
        .isEqualTo(new Hold(engine("a"), nanos(1)));
  }

  @Test
  void prefixAwareDoesNotWaitForAnOverloadedEngine() {
    assertThat(prefixAware.place(anyCall, List.of(warmAndFull("a", 9, 2000), warm("b", 0, 0))))
        .isEqualTo(new Place(engine("b"), new Why("least-loaded", 0)));
  }

  private static String engineOf(Choice choice) {
    return choice instanceof Place place ? place.engine().value() : choice.toString();
  }

  private static Candidate free(String engine, int inFlight) {
    return new Candidate(engine(engine), true, new EngineLoad(inFlight, 0, 0), 0.5, 0);
  }

  private static Candidate full(String engine) {
    return new Candidate(engine(engine), false, new EngineLoad(4, 0, 0), 0.5, 0);
  }

  private static Candidate warm(String engine, int inFlight, int tokens) {
    return new Candidate(engine(engine), true, new EngineLoad(inFlight, 0, 0), 0.5, tokens);
  }

  private static Candidate warmAndFull(String engine, int inFlight, int tokens) {
    return new Candidate(engine(engine), false, new EngineLoad(inFlight, 0, 0), 0.5, tokens);
  }
}
