package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.run.Redelivery.Again;
import dev.troupe.run.Redelivery.Answer;
import dev.troupe.run.Redelivery.GivenUp;
import dev.troupe.run.Redelivery.Next;
import dev.troupe.run.Redelivery.Taken;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RedeliveryTest {

  private static final Redelivery RULE =
      new Redelivery(6, Duration.ofSeconds(5), Duration.ofSeconds(30));

  @Test
  void isTakenByAnyAnswerOfSuccess() {
    assertThat(next(1, 200)).isEqualTo(new Taken());
    assertThat(next(3, 204)).isEqualTo(new Taken());
  }

  @Test
  void comesAgainAfterPausesThatDoubleUpToTheLongest() {
    assertThat(IntStream.rangeClosed(1, 5).mapToObj(attempt -> next(attempt, 500)))
        .containsExactly(again(5), again(10), again(20), again(30), again(30));
  }

  @Test
  void isGivenUpAfterTheLastAttempt() {
    assertThat(next(6, 503)).isEqualTo(new GivenUp("it answered 503, the last of 6 times"));
    assertThat(RULE.next(6, new Answer(0, OptionalLong.empty(), "silence"), 0))
        .isEqualTo(new GivenUp("silence, the last of 6 times"));
  }

  @Test
  void isGivenUpAtOnceByAReceiverThatIsGone() {
    assertThat(next(1, 410)).isEqualTo(new GivenUp("it answered 410"));
  }

  @Test
  void comesNoSoonerThanTheReceiverAsksFor() {
    var asked = new Answer(429, OptionalLong.of(120_000), "");

    assertThat(RULE.next(1, asked, 0)).isEqualTo(again(120));
    // A day, and half of the usual pause of 5 s.
    assertThat(RULE.next(1, new Answer(429, OptionalLong.of(Long.MAX_VALUE), ""), 1))
        .isEqualTo(new Again(Duration.ofDays(1).plusMillis(2_500)));
  }

  @Test
  void followsNoRedirection() {
    assertThat(next(1, 302)).isEqualTo(again(5));
  }

  private static Next next(int attempt, int status) {
    return RULE.next(attempt, new Answer(status, OptionalLong.empty(), ""), 0);
  }

  private static Next again(int seconds) {
    return new Again(Duration.ofSeconds(seconds));
  }
}
