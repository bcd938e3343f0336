package dev.troupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.EngineCondition.Change;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Gone after 2 failed probes, or one lost call, and then left alone for 5 s.
class EngineConditionTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final EngineHealth health =
      new EngineHealth(new BreakerSettings(2, 1, Duration.ofSeconds(60), Duration.ofSeconds(5)));

  private final EngineCondition engine = serving(Set.of());

  @Test
  void isFoundWithItsFirstAnswerAndNotAgain() {
    assertThat(engine.isReachable()).isFalse();

    assertThat(engine.answered(says("m", 3), 0)).isEqualTo(Change.FOUND);
    assertThat(engine.answered(says("m", 3), SECOND)).isEqualTo(Change.NONE);
    assertThat(engine.isReachable()).isTrue();
  }

  @Test
  void isGoneOnceAndComesBackWithoutItsCache() {
    engine.answered(says("m", 3), 0);

    assertThat(engine.failed("refused", SECOND)).isFalse();
    assertThat(engine.failed("refused", 2 * SECOND)).isTrue();
    assertThat(engine.failed("refused", 3 * SECOND)).isFalse();
    assertThat(engine.answered(says("m", 3), 4 * SECOND)).isEqualTo(Change.BACK);
  }

  @Test
  void thatIsLeftAloneIsNotBackBecauseItAnswersProbes() {
    engine.answered(says("m", 3), 0);
    health.callFailed(SECOND);

    assertThat(engine.answered(says("m", 3), 2 * SECOND)).isEqualTo(Change.NONE);
    assertThat(engine.slots()).isZero();
    assertThat(engine.answered(says("m", 3), 6 * SECOND)).isEqualTo(Change.BACK);
    assertThat(engine.slots()).isOne();
  }

  @Test
  void saysWhyItHasNeverAnsweredOnceForEachReason() {
    engine.failed("refused", 0);

    assertThat(engine.isNews("refused")).isTrue();
    assertThat(engine.isNews("refused")).isFalse();
    assertThat(engine.isNews("401")).isTrue();
    assertThat(engine.isNews("refused")).isTrue();
  }

  @Test
  void saysWhyItIsGoneAndAgainAfterItHasAnswered() {
    engine.answered(says("m", 3), 0);
    engine.failed("refused", SECOND);
    assertThat(engine.isNews("refused")).isFalse();
    engine.failed("refused", 2 * SECOND);
    assertThat(engine.isNews("refused")).isTrue();

    engine.answered(says("m", 3), 3 * SECOND);
    engine.failed("refused", 4 * SECOND);
    engine.failed("refused", 5 * SECOND);

    assertThat(engine.isNews("refused")).isTrue();
  }

  @Test
  void tellsItsLatestFailureWhileItIsUnreachable() {
    assertThat(engine.whyUnreachable()).isEmpty();
    engine.failed("refused", 0);
    assertThat(engine.whyUnreachable()).contains("refused");
    engine.failed("401", SECOND);
    assertThat(engine.whyUnreachable()).contains("401");

    engine.answered(says("m", 3), 2 * SECOND);
    assertThat(engine.whyUnreachable()).isEmpty();

    engine.failed("refused", 3 * SECOND);
    assertThat(engine.isReachable()).isTrue();
    assertThat(engine.whyUnreachable()).isEmpty();
    engine.failed("refused", 4 * SECOND);
    assertThat(engine.whyUnreachable()).contains("refused");
  }

  @Test
  void tellsThatItsCallsWereLostWhereItsProbesAreAnswered() {
    engine.answered(says("m", 3), 0);
    health.callFailed(SECOND);
    engine.answered(says("m", 3), 2 * SECOND);

    assertThat(engine.isReachable()).isFalse();
    assertThat(engine.whyUnreachable()).hasValueSatisfying(why -> assertThat(why).contains("lost"));
  }

  @Test
  void servesWhatItLastSaidUnlessItsModelsAreConfigured() {
    var configured = serving(Set.of("mine"));
    assertThat(engine.models()).isEmpty();

    engine.answered(says("m", 3), 0);
    configured.answered(says("m", 3), 0);

    assertThat(engine.models()).containsExactly("m");
    assertThat(configured.models()).containsExactly("mine");
  }

  @Test
  void isKnownByWhatItLastSaidWhileItDoesNotAnswer() {
    assertThat(engine.waiting()).isZero();
    engine.answered(says("m", 3), 0);
    engine.failed("refused", SECOND);

    assertThat(engine.waiting()).isEqualTo(3);
    assertThat(engine.status()).contains(says("m", 3));
  }

  private EngineCondition serving(Set<String> models) {
    var endpoint =
        new EngineEndpoint(
            new EngineId("e1"),
            EngineEndpoint.Dialect.VLLM,
            URI.create("http://127.0.0.1:1"),
            Optional.empty(),
            EngineEndpoint.PriorityOrder.NONE);
    return new EngineCondition(
        new EngineDescription(endpoint, models, OptionalInt.empty(), OptionalLong.empty()), health);
  }

  private static EngineStatus says(String model, int waiting) {
    return new EngineStatus(
        Set.of(model),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.of(waiting),
        OptionalLong.empty(),
        OptionalDouble.empty());
  }
}
