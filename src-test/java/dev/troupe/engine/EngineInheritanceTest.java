package dev.troupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Of an actor that began at a second of its clock.
class EngineInheritanceTest {

  private static final long BEGAN = Duration.ofSeconds(1).toNanos();

  private final EngineInheritance inheritance = new EngineInheritance(BEGAN);

  @Test
  void whatRunsWithoutALeaseIsAnEarlierActorsUntilItsHoldersMustHaveSpoken() {
    long settled = BEGAN + EngineInheritance.SETTLING.toNanos();

    // Of three that run, one has a lease.
    assertThat(inheritance.unclaimedCalls(running(OptionalInt.of(3)), 1, settled - 1)).isEqualTo(2);
    assertThat(inheritance.unclaimedCalls(running(OptionalInt.of(3)), 1, settled)).isZero();
  }

  @Test
  void nothingIsInheritedFromAnEngineThatRunsLessThanItsLeasesOrDoesNotSay() {
    assertThat(inheritance.unclaimedCalls(running(OptionalInt.of(1)), 2, BEGAN)).isZero();
    assertThat(inheritance.unclaimedCalls(running(OptionalInt.empty()), 0, BEGAN)).isZero();
  }

  @Test
  void whatTheCacheHoldsIsKnownOnceItWasEmptyOrWhatWasThereIsOfNoUseAnyMore() {
    long later = BEGAN + EngineInheritance.UNCERTAIN.toNanos();
    var prefixes = new PrefixIndex(1_000);

    assertThat(inheritance.isCacheKnown(prefixes, later)).isFalse();
    assertThat(inheritance.isCacheKnown(prefixes, later + 1)).isTrue();
    prefixes.forgetAll();
    assertThat(inheritance.isCacheKnown(prefixes, BEGAN)).isTrue();
  }

  private static EngineStatus running(OptionalInt calls) {
    return new EngineStatus(
        Set.of(),
        OptionalInt.empty(),
        calls,
        OptionalInt.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty());
  }
}
