package dev.troupe.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.program.ProgramView.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A program is over when it was silent for more than 10 s.
class ProgramOutcomeTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final ProgramOutcome outcome = new ProgramOutcome(TIMEOUT);

  @Test
  void refusesAStateThatIsNoOutcome() {
    assertThatThrownBy(() -> outcome.over(State.IDLE)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aProgramThatWasOverStaysSoInItsNextLife() {
    outcome.restore(keptAfter(Duration.ZERO, State.FAILED));

    assertThat(outcome.state()).contains(State.FAILED);
  }

  @Test
  void aProgramThatWasSilentForTooLongIsOver() {
    var inTime = new ProgramOutcome(TIMEOUT);

    inTime.restore(keptAfter(TIMEOUT, State.IDLE));
    outcome.restore(keptAfter(TIMEOUT.plusNanos(1), State.IDLE));

    assertThat(inTime.isOver()).isFalse();
    assertThat(outcome.state()).contains(State.TIMED_OUT);
  }

  @Test
  void whatThisLifeHasHeardCountsThoughAnEarlierOneIsHeardOfLater() {
    var ended = new ProgramOutcome(TIMEOUT);
    outcome.goesOn();
    ended.over(State.COMPLETED);

    outcome.restore(keptAfter(Duration.ZERO, State.FAILED));
    ended.restore(keptAfter(Duration.ZERO, State.FAILED));

    assertThat(outcome.isOver()).isFalse();
    assertThat(ended.state()).contains(State.COMPLETED);
  }

  @Test
  void aProgramThatWasOverGoesOnWhenItSpeaks() {
    outcome.over(State.COMPLETED);
    outcome.goesOn();

    assertThat(outcome.isOver()).isFalse();
  }

  /// What storage has of a program some time after its last word.
  private static ProgramView keptAfter(Duration silence, State state) {
    var settings = new ProgramSettings(TIMEOUT, Duration.ofMinutes(2), 20_000, 64, 4096);
    var earlier = new ProgramRecord(new Program.Id(Tenant.ANYONE, "p"), settings, 0);
    if (state.isFinal()) {
      earlier.close(state, 0);
    }
    return earlier.view(silence.toNanos());
  }
}
