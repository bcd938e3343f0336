package dev.troupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.WindowSettings.Kind;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdaptiveWindowTest {

  private static final OptionalInt UNCONFIGURED = OptionalInt.empty();
  private static final OptionalLong NO_KV = OptionalLong.empty();

  /// Starts at 10 of at most 20, halves, lets 1 call wait and 0.9 of the KV cache be used.
  private final WindowSettings settings =
      new WindowSettings(Kind.ADAPTIVE, 10, 20, 0.5, 1, 0.9, 2.0, 2.0, true);

  @Test
  void beginsWithTheConfiguredStartWhereTheEngineIsSilent() {
    var window = settings.newWindow(UNCONFIGURED, NO_KV);
    window.observed(status(OptionalInt.empty(), 0), 0, 0);

    assertThat(window.slots()).isEqualTo(10);
    assertThat(window.kvTokens()).isEqualTo(Credit.UNLIMITED);
  }

  @Test
  void beginsWithTheSlotsTheEngineReportsAndNeverExceedsThem() {
    var window = settings.newWindow(UNCONFIGURED, NO_KV);
    window.observed(status(OptionalInt.of(4), 0), 0, 0);
    assertThat(window.slots()).isEqualTo(4);

    endFullWindow(window);

    assertThat(window.slots()).isEqualTo(4);
  }

  @Test
  void prefersTheConfiguredSlotsToTheReportedOnes() {
    var window = settings.newWindow(OptionalInt.of(3), NO_KV);
    window.observed(status(OptionalInt.of(8), 0), 0, 0);

    assertThat(window.slots()).isEqualTo(3);
  }

  @Test
  void neverExceedsTheConfiguredMaximum() {
    var window = settings.newWindow(OptionalInt.of(99), NO_KV);

    assertThat(window.slots()).isEqualTo(20);
  }

  @Test
  void growsByOneWhenAFullWindowHasEnded() {
    var window = settings.newWindow(UNCONFIGURED, NO_KV);
    window.observed(status(OptionalInt.empty(), 0), 10, 0);

    // Nine of ten are not yet a window; calls that end in a half-empty one do not count.
    for (int call = 0; call < 9; call++) {
      window.ended(10, 0);
    }
    window.ended(5, 0);
    assertThat(window.slots()).isEqualTo(10);

    window.ended(10, 0);
    assertThat(window.slots()).isEqualTo(11);
  }

  @Test
  void doesNotGrowWhileCallsWaitInTheEngineOrItDoesNotSay() {
    var window = settings.newWindow(UNCONFIGURED, NO_KV);
    window.observed(status(OptionalInt.empty(), 1), 10, 0);
    endFullWindow(window);
    assertThat(window.slots()).isEqualTo(10);

    window.observed(silent(), 10, 0);
    endFullWindow(window);
    assertThat(window.slots()).isEqualTo(10);
  }

  @Test
  void shrinksWhenCallsWaitInTheEngineAndAgainOnlyOnceItHasComeDown() {
    var window = settings.newWindow(UNCONFIGURED, NO_KV);

    window.observed(status(OptionalInt.empty(), 2), 10, 0);
    assertThat(window.slots()).isEqualTo(5);
    // Ten are still in flight: the same overload, seen again.
    window.observed(status(OptionalInt.empty(), 2), 10, 0);
    assertThat(window.slots()).isEqualTo(5);
    window.observed(status(OptionalInt.empty(), 2), 5, 0);
    assertThat(window.slots()).isEqualTo(2);
  }

  @Test
  void neverShrinksBelowOne() {
    var window = settings.newWindow(UNCONFIGURED, NO_KV);
    for (int probe = 0; probe < 9; probe++) {
      window.observed(status(OptionalInt.empty(), 50), 0, 0);
    }

    assertThat(window.slots()).isOne();
  }

  @Test
  void shrinksInKvTokensWhenTheCacheIsTooFull() {
    var window = settings.newWindow(UNCONFIGURED, NO_KV);
    window.observed(kv(1600, 0.5), 2, 1000);
    assertThat(window.kvTokens()).isEqualTo(1600);

    window.observed(kv(1600, 0.95), 2, 1500);

    assertThat(window.kvTokens()).isEqualTo(800);
    assertThat(window.slots()).isEqualTo(20);
  }

  @Test
  void growsInKvTokensBeyondTheCapacityWhileTheCacheHasRoom() {
    var window = settings.newWindow(UNCONFIGURED, NO_KV);
    window.observed(kv(1600, 0.5), 4, 1600);

    // Four calls of 400: nothing is left. After a window of twenty such ends: 1600 + 1600 / 16.
    for (int call = 0; call < 20; call++) {
      window.ended(4, 1600);
    }
    assertThat(window.kvTokens()).isEqualTo(1700);

    // Never beyond twice the capacity.
    for (int call = 0; call < 1000; call++) {
      window.ended(4, 4000);
    }
    assertThat(window.kvTokens()).isEqualTo(3200);
  }

  @Test
  void shrinksInSlotsWhereTheCapacityOfTheFullCacheIsNotKnown() {
    var window = settings.newWindow(UNCONFIGURED, NO_KV);
    window.observed(
        new EngineStatus(
            Set.of(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.of(0),
            OptionalLong.empty(),
            OptionalDouble.of(0.99)),
        10,
        0);

    assertThat(window.slots()).isEqualTo(5);
  }

  @Test
  void beginsWithAllSlotsWhereKvTokensBoundIt() {
    var window = settings.newWindow(UNCONFIGURED, NO_KV);
    assertThat(window.slots()).isEqualTo(10);
    window.observed(kv(1600, 0.5), 0, 0);
    assertThat(window.slots()).isEqualTo(20);
  }

  @Test
  void beginsWithAllSlotsWhereTheKvCacheIsConfigured() {
    var window = settings.newWindow(UNCONFIGURED, OptionalLong.of(1600));
    window.observed(silent(), 0, 0);
    assertThat(window.slots()).isEqualTo(20);
  }

  @Test
  void startsOverInKvTokensWhenTheEngineComesBackWithAnotherCache() {
    var window = settings.newWindow(UNCONFIGURED, NO_KV);
    window.observed(kv(1600, 0.95), 2, 1500);
    window.observed(kv(800, 0.1), 0, 0);

    assertThat(window.kvTokens()).isEqualTo(800);
  }

  @Test
  void staysAsItIsWhenFixed() {
    var window =
        new WindowSettings(Kind.FIXED, 10, 20, 0.5, 1, 0.9, 2.0, 2.0, true)
            .newWindow(UNCONFIGURED, OptionalLong.of(500));
    window.observed(status(OptionalInt.of(7), 30), 10, 0);
    endFullWindow(window);

    assertThat(window.slots()).isEqualTo(7);
    assertThat(window.kvTokens()).isEqualTo(500);
  }

  private static void endFullWindow(EngineWindow window) {
    int slots = window.slots();
    for (int call = 0; call < slots; call++) {
      window.ended(slots, 0);
    }
  }

  private static EngineStatus status(OptionalInt slots, int waiting) {
    return new EngineStatus(
        Set.of(),
        slots,
        OptionalInt.empty(),
        OptionalInt.of(waiting),
        OptionalLong.empty(),
        OptionalDouble.empty());
  }

  private static EngineStatus kv(long capacity, double use) {
    return new EngineStatus(
        Set.of(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.of(0),
        OptionalLong.of(capacity),
        OptionalDouble.of(use));
  }

  private static EngineStatus silent() {
    return new EngineStatus(
        Set.of(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty());
  }
}
