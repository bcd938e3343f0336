package dev.troupe.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.program.ServiceModel.Measured;
import dev.troupe.program.ServiceModel.Tokens;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceModelTest {

  private final Tokens tokens = new Tokens(20, 1000);

  @Test
  void chargesUncachedPromptTokensAndOutputTokens() {
    // (500 - 400) x 20 + 30 x 1000 = 32,000
    assertThat(tokens.serviceNanos(new Usage(500, 400, 30), 77)).isEqualTo(32_000);
  }

  @Test
  void chargesWhatTheClockShowed() {
    assertThat(new Measured(tokens).serviceNanos(new Usage(500, 400, 30), 77)).isEqualTo(77);
  }

  @Test
  void estimatesFromTheLengthsOfTheCall() {
    // (500 - 100) x 20 + 30 x 1000 = 38,000; more cached tokens than the prompt has are not
    // believed.
    assertThat(tokens.estimateNanos(call(500, 30), 100)).isEqualTo(38_000);
    assertThat(tokens.estimateNanos(call(500, 30), 9000)).isEqualTo(30_000);
    assertThat(new Measured(tokens).estimateNanos(call(500, 30), 100)).isEqualTo(38_000);
  }

  private static Call call(int promptTokens, int outputTokens) {
    return new Call(
        new Call.Id("c1"),
        new Program.Id(Tenant.ANYONE, "p1"),
        new ModelPool("any-model"),
        promptTokens,
        outputTokens,
        PrefixChain.EMPTY,
        List.of());
  }
}
