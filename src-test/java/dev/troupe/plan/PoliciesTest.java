package dev.troupe.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PoliciesTest {

  @Test
  @Tag("UDF-12")
  void listedPausesAreTakenInTurnAndTheLastForTheRest() {
    assertThat(List.of(1, 2, 3, 4))
        .extracting(retry -> Retry.UDF.delay(retry, 0.5).toSeconds())
        .containsExactly(2L, 10L, 30L, 30L);
  }

  @Test
  @Tag("TR-13")
  void exponentialPausesGrowToTheirLimit() {
    // 50 ms × 2^(n-1), at most 5 s
    assertThat(List.of(1, 2, 3, 7, 8, 100))
        .extracting(retry -> Retry.TURBO.delay(retry, 0.9).toMillis())
        .containsExactly(50L, 100L, 200L, 3_200L, 5_000L, 5_000L);
  }

  @Test
  void jitterGoesBothWays() {
    Retry retry = Retry.exponential(1, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 0.2);

    assertThat(retry.delay(1, 0).toMillis()).isEqualTo(800);
    assertThat(retry.delay(1, 0.5).toMillis()).isEqualTo(1_000);
    assertThat(retry.delay(1, 1).toMillis()).isEqualTo(1_200);
  }

  @Test
  void refusesWhatIsNoRetry() {
    assertThatThrownBy(() -> Retry.listed(-1, List.of(Duration.ZERO)))
        .isInstanceOf(InvalidPlanException.class);
    assertThatThrownBy(() -> Retry.listed(1, List.of())).isInstanceOf(InvalidPlanException.class);
    assertThatThrownBy(() -> Retry.exponential(1, Duration.ZERO, Duration.ZERO, Double.NaN, 0))
        .isInstanceOf(InvalidPlanException.class);
    assertThatThrownBy(() -> Retry.listed(1, List.of(Duration.ofDays(2))))
        .isInstanceOf(InvalidPlanException.class);
  }

  @Test
  @Tag("RT-15")
  void aBudgetIsMoreThanNothing() {
    assertThatThrownBy(() -> Budget.ofMoney(0, "USD"))
        .isInstanceOf(InvalidPlanException.class)
        .hasMessageContaining("budget_limit.amount");
    assertThatThrownBy(() -> Budget.ofMoney(1, "dollars")).hasMessageContaining("currency");
    assertThatThrownBy(
            () -> new Budget(OptionalLong.empty(), "EUR", OptionalLong.of(-1), OptionalInt.empty()))
        .hasMessageContaining("budget_limit.tokens");
    assertThat(Budget.ofMoney(5, "eur").currency()).isEqualTo("EUR");
  }

  @Test
  @Tag("RT-15")
  void aPolicyHasRoomForOneStep() {
    assertThatThrownBy(() -> RunPolicy.DEFAULT.withMaxParallelism(0))
        .hasMessageContaining("max_parallelism");
  }

  @Test
  @Tag("RT-15")
  void aContextPolicyHasWhatItsStrategyNeeds() {
    assertThatThrownBy(
            () -> new ContextPolicy(OptionalLong.empty(), ContextPolicy.Strategy.TRUNCATE, 0))
        .hasMessageContaining("max_tokens");
    assertThatThrownBy(
            () -> new ContextPolicy(OptionalLong.empty(), ContextPolicy.Strategy.KEEP_LAST_N, 0))
        .hasMessageContaining("keep_last_n");
  }

  @Test
  @Tag("RT-14")
  void aModelIsNamedOrInARole() {
    assertThat(ModelRef.of("qwen3-8b")).isEqualTo(new ModelRef.Named("qwen3-8b"));
    assertThat(ModelRef.of("role:Fast")).isEqualTo(new ModelRef.InRole("fast"));
    assertThatThrownBy(() -> ModelRef.of("")).isInstanceOf(InvalidPlanException.class);
    assertThatThrownBy(() -> ModelRef.of("role:")).isInstanceOf(InvalidPlanException.class);
  }
}
