package dev.troupe.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.EngineHealth.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Unreachable after 3 failed probes, or 4 lost calls within a minute; then left alone for 5 s.
class EngineHealthTest {

  private final EngineHealth health =
      new EngineHealth(new BreakerSettings(3, 4, Duration.ofSeconds(60), Duration.ofSeconds(5)));

  @Test
  void takesNoCallsBeforeItHasAnsweredAProbe() {
    assertThat(health.slots()).isZero();

    assertThat(health.probeAnswered(at(1))).isEqualTo(State.REACHABLE);
    assertThat(health.slots()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void pausesWhenAProbeFailsAndGoesOnWithTheNext() {
    health.probeAnswered(at(0));

    assertThat(health.probeFailed(at(1))).isEqualTo(State.SUSPECT);
    assertThat(health.slots()).isZero();
    assertThat(health.probeAnswered(at(2))).isEqualTo(State.REACHABLE);
  }

  @Test
  void isUnreachableAfterSeveralFailedProbesAndComesBackByItself() {
    health.probeAnswered(at(0));
    health.probeFailed(at(1));
    health.probeFailed(at(2));

    assertThat(health.probeFailed(at(3))).isEqualTo(State.UNREACHABLE);
    assertThat(health.probeFailed(at(4))).isEqualTo(State.UNREACHABLE);
    assertThat(health.probeAnswered(at(5))).isEqualTo(State.REACHABLE);
  }

  @Test
  void takesOneCallAtATimeAfterALostOne() {
    health.probeAnswered(at(0));

    assertThat(health.callFailed(at(1))).isEqualTo(State.SUSPECT);
    assertThat(health.slots()).isOne();
    assertThat(health.callAnswered(at(2))).isEqualTo(State.REACHABLE);
  }

  @Test
  void isLeftAloneWhenItAnswersProbesAndLosesCalls() {
    loseCalls(4);
    assertThat(health.state()).isEqualTo(State.UNREACHABLE);

    // The fourth call was lost at 4 s: alone until 9 s, then one call at a time until one is
    // answered.
    assertThat(health.probeAnswered(at(8))).isEqualTo(State.UNREACHABLE);
    assertThat(health.probeAnswered(at(9))).isEqualTo(State.SUSPECT);
    assertThat(health.slots()).isOne();
    assertThat(health.probeAnswered(at(10))).isEqualTo(State.SUSPECT);
    assertThat(health.callAnswered(at(11))).isEqualTo(State.REACHABLE);
  }

  @Test
  void isLeftAloneAgainWhenItLosesTheCallThatTriesIt() {
    loseCalls(4);
    health.probeAnswered(at(9));

    assertThat(health.callFailed(at(10))).isEqualTo(State.UNREACHABLE);
    assertThat(health.probeAnswered(at(14))).isEqualTo(State.UNREACHABLE);
    assertThat(health.probeAnswered(at(15))).isEqualTo(State.SUSPECT);
  }

  @Test
  void isNotTrustedForAnAnswerThatMayHaveBegunBeforeAProbeFailed() {
    health.probeAnswered(at(0));
    health.probeFailed(at(3));

    assertThat(health.callAnsweredSince(at(3))).isEqualTo(State.SUSPECT);
    assertThat(health.slots()).isZero();
    assertThat(health.callAnsweredSince(at(4))).isEqualTo(State.REACHABLE);
  }

  @Test
  void isNotTrustedForAnAnswerThatMayHaveBegunBeforeItWasLeftAlone() {
    loseCalls(4);
    health.probeAnswered(at(9));

    assertThat(health.callAnsweredSince(at(3))).isEqualTo(State.SUSPECT);
    assertThat(health.slots()).isOne();
    assertThat(health.callAnsweredSince(at(9))).isEqualTo(State.REACHABLE);
  }

  @Test
  void forgivesCallsLostLongAgo() {
    loseCalls(3);

    // At 62 s only those lost at 2 s and 3 s are within the minute: this is the third, not the
    // fourth.
    health.probeAnswered(at(61));
    assertThat(health.callFailed(at(62))).isEqualTo(State.SUSPECT);
  }

  @Test
  void comesBackAtOnceWhenItWasReallyGone() {
    // All its calls are lost with it and its probes fail: it restarts, and is not on trial.
    loseCalls(4);
    health.probeFailed(at(5));
    health.probeFailed(at(6));
    health.probeFailed(at(7));

    assertThat(health.probeAnswered(at(8))).isEqualTo(State.REACHABLE);
  }

  @Test
  void isNotKeptAwayByCallsThatAreLostLate() {
    health.probeAnswered(at(0));
    health.probeFailed(at(1));
    health.probeFailed(at(2));
    health.probeFailed(at(3));

    for (int call = 0; call < 9; call++) {
      health.callFailed(at(4));
    }

    assertThat(health.probeAnswered(at(5))).isEqualTo(State.REACHABLE);
  }

  /// One each second from 1 s on, each followed by an answered probe.
  private void loseCalls(int calls) {
    health.probeAnswered(at(0));
    for (int call = 1; call <= calls; call++) {
      health.callFailed(at(call));
      health.probeAnswered(at(call));
    }
  }

  private static long at(long seconds) {
    return SECONDS.toNanos(seconds);
  }
}
