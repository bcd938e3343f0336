package dev.troupe.chaos;

import static dev.troupe.chaos.AttemptSamples.SECOND;
import static dev.troupe.chaos.AttemptSamples.cached;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.chaos.CacheContinuity.Share;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Blocks have 16 tokens, so 40 of them are 640 tokens.
class CacheContinuityTest {

  private static final long MOMENT = 10 * SECOND;

  @Test
  void programGoesOnWhereItsLongestPrefixIs() {
    var attempts =
        List.of(
            cached("a", 0, 1, 2, 20, 0),
            cached("a", 1, 3, 4, 40, 20),
            cached("a", 2, 11, 12, 60, 40));

    assertThat(after(attempts)).isEqualTo(new Share(1, 1));
  }

  @Test
  void programThatGoesWhereLessOfItsPrefixIsDoesNot() {
    var attempts =
        List.of(
            cached("a", 0, 1, 2, 20, 0),
            cached("a", 1, 3, 4, 40, 20),
            cached("a", 2, 11, 12, 60, 20));

    assertThat(after(attempts)).isEqualTo(new Share(0, 1));
  }

  @Test
  void oneOfTheCallsSideBySideIsEnough() {
    var attempts =
        List.of(
            cached("a", 0, 1, 2, 40, 0),
            cached("a", 1, 11, 13, 60, 0),
            cached("a", 2, 11.1, 13, 60, 40));

    assertThat(after(attempts)).isEqualTo(new Share(1, 1));
  }

  @Test
  void laterCallsDoNotMakeUpForIt() {
    var attempts =
        List.of(
            cached("a", 0, 1, 2, 40, 0),
            cached("a", 1, 11, 13, 60, 0),
            cached("a", 2, 14, 15, 60, 40));

    assertThat(after(attempts)).isEqualTo(new Share(0, 1));
  }

  @Test
  void newcomersDoNotCount() {
    assertThat(after(List.of(cached("a", 0, 11, 12, 40, 0)))).isEqualTo(new Share(0, 0));
  }

  @Test
  void callOfWhichLittleIsCachedMayGoAnywhere() {
    var isShort = List.of(cached("a", 0, 1, 2, 7, 0), cached("a", 1, 11, 12, 12, 0));
    var isSmallPart = List.of(cached("b", 0, 1, 2, 40, 0), cached("b", 1, 11, 12, 100, 0));

    assertThat(after(isShort)).isEqualTo(new Share(0, 0));
    assertThat(after(isSmallPart)).isEqualTo(new Share(0, 0));
  }

  @Test
  void callsThatWereAnsweredBeforeTheRecoveryAreNotLookedAt() {
    var attempts =
        List.of(
            cached("a", 0, 1, 2, 40, 0),
            cached("a", 1, 11, 12, 60, 0),
            cached("a", 2, 19, 21, 60, 60));

    assertThat(CacheContinuity.after(attempts, MOMENT, 2 * MOMENT)).isEqualTo(new Share(1, 1));
  }

  private static Share after(List<Attempt> attempts) {
    return CacheContinuity.after(attempts, MOMENT, MOMENT);
  }
}
