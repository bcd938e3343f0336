package dev.troupe.chaos;

import static dev.troupe.chaos.AttemptSamples.SECOND;
import static dev.troupe.chaos.AttemptSamples.completed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.chaos.CacheContinuity.Share;
import java.util.List;
import org.junit.jupiter.api.Test;

class CacheContinuityTest {

  private static final long MOMENT = 10 * SECOND;

  @Test
  void programContinuesOnTheEngineThatServedItsLongestPrefix() {
    var attempts =
        List.of(
            completed("a", 0, 0, 1, 2, "engine-1", 20),
            completed("a", 1, 0, 3, 4, "engine-2", 40),
            completed("a", 2, 0, 11, 12, "engine-2", 60));

    assertThat(CacheContinuity.after(attempts, MOMENT)).isEqualTo(new Share(1, 1));
  }

  @Test
  void programThatGoesToAnEngineWithLessOfItsPrefixDoesNot() {
    var attempts =
        List.of(
            completed("a", 0, 0, 1, 2, "engine-1", 20),
            completed("a", 1, 0, 3, 4, "engine-2", 40),
            completed("a", 2, 0, 11, 12, "engine-1", 60));

    assertThat(CacheContinuity.after(attempts, MOMENT)).isEqualTo(new Share(0, 1));
  }

  @Test
  void oneOfTheCallsSideBySideIsEnough() {
    var attempts =
        List.of(
            completed("a", 0, 0, 1, 2, "engine-1", 40),
            completed("a", 1, 0, 11, 13, "engine-2", 60),
            completed("a", 2, 0, 11.1, 13, "engine-1", 60));

    assertThat(CacheContinuity.after(attempts, MOMENT)).isEqualTo(new Share(1, 1));
  }

  @Test
  void laterCallsDoNotMakeUpForIt() {
    var attempts =
        List.of(
            completed("a", 0, 0, 1, 2, "engine-1", 40),
            completed("a", 1, 0, 11, 13, "engine-2", 60),
            completed("a", 2, 0, 14, 15, "engine-1", 60));

    assertThat(CacheContinuity.after(attempts, MOMENT)).isEqualTo(new Share(0, 1));
  }

  @Test
  void newcomersAndShortPrefixesDoNotCount() {
    var attempts =
        List.of(
            completed("a", 0, 0, 11, 12, "engine-1", 40),
            completed("b", 0, 0, 1, 2, "engine-1", 4),
            completed("b", 1, 0, 11, 12, "engine-2", 4));

    assertThat(CacheContinuity.after(attempts, MOMENT)).isEqualTo(new Share(0, 0));
  }
}
