package dev.troupe.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.Credit;
import dev.troupe.engine.EngineLoad;
import dev.troupe.program.Call;
import org.junit.jupiter.api.Test;

class PaceTest {

  /// A call costs as many nanoseconds as it has prompt tokens that are not cached.
  private final Pace pace = pace(true);

  @Test
  void anEngineIsQuickBelowTheTokensThatSlowItDown() {
    var spare = new Credit(5, 10_000);

    assertThat(pace.isQuick(new EngineLoad(1, 999, 0), spare)).isTrue();
    assertThat(pace.isQuick(new EngineLoad(1, 1000, 0), spare)).isFalse();
  }

  @Test
  void anEngineWhoseKvCacheIsNotKnownIsQuick() {
    var load = new EngineLoad(9, 5000, 0);
    var spare = new Credit(1, Credit.UNLIMITED);

    assertThat(pace.isQuick(load, spare)).isTrue();
    assertThat(pace.fill(load, spare)).isZero();
  }

  @Test
  void fillIsCountedInTheTokensThatSlowItDown() {
    var spare = new Credit(5, 10_000);

    assertThat(pace.fill(new EngineLoad(1, 250, 0), spare)).isEqualTo(0.25);
    assertThat(pace.fill(new EngineLoad(1, 2000, 0), spare)).isEqualTo(2);
  }

  @Test
  void letsThroughWhatCostsAtMostTheSlowdownTimesTheMean() {
    sent(100);

    assertThat(isLetThrough(200)).isTrue();
    assertThat(isLetThrough(201)).isFalse();
  }

  @Test
  void letsAnythingThroughBeforeTheFirstCall() {
    assertThat(isLetThrough(1_000_000_000)).isTrue();
  }

  /// Of 1,000 and 250, where the latter counts one in 64: 1,000 ÷ (1 + 3 ÷ 64) = 955.
  @Test
  void theMeanIsHarmonicAndTheLatestCallHasASmallPartInIt() {
    sent(1000);
    sent(250);

    assertThat(isLetThrough(1910)).isTrue();
    assertThat(isLetThrough(1911)).isFalse();
  }

  @Test
  void theMeanFollowsTheCallsThatAreSentLately() {
    sent(100);
    for (int sent = 0; sent < 1000; sent++) {
      sent(400);
    }

    assertThat(isLetThrough(799)).isTrue();
    assertThat(isLetThrough(801)).isFalse();
  }

  @Test
  void whatIsCachedOfAPromptCostsNothing() {
    sent(100);

    assertThat(pace.isLetThrough(call(1000), 800)).isTrue();
    assertThat(pace.isLetThrough(call(1000), 799)).isFalse();
  }

  @Test
  void aCallWithoutATokenCostsSomething() {
    sent(0);

    assertThat(isLetThrough(2)).isTrue();
    assertThat(isLetThrough(3)).isFalse();
  }

  @Test
  void letsNothingThroughWhereThatIsSwitchedOff() {
    var strict = pace(false);
    strict.sent(call(100), 0);

    assertThat(strict.isLetThrough(call(1), 0)).isFalse();
  }

  private static Pace pace(boolean passAlike) {
    return new Pace(new PaceSettings(2, 1000, passAlike), new EnginePrices(1, 0, 0, 0));
  }

  private void sent(int costNanos) {
    pace.sent(call(costNanos), 0);
  }

  private boolean isLetThrough(int costNanos) {
    return pace.isLetThrough(call(costNanos), 0);
  }

  private static Call call(int promptTokens) {
    return WaitingCall.of("c").tokens(promptTokens, 1).build().call();
  }
}
