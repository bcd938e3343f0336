package dev.troupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineEndpoint.PriorityOrder;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FoundEnginesTest {

  private static final URI FIRST = URI.create("http://gpu-1:8000");
  private static final URI SECOND = URI.create("http://gpu-1:8001");
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final EngineSearchSettings SETTINGS =
      new EngineSearchSettings(
          List.of(FIRST, SECOND),
          Optional.of("secret"),
          Duration.ofSeconds(10),
          Duration.ofNanos(10 * MINUTE));

  @Test
  void namesAnEngineAfterItsPlace() {
    var found = new FoundEngines(SETTINGS, List.of());

    found.seen(Map.of(FIRST, Dialect.VLLM), 0);

    assertThat(found.engines())
        .containsExactly(described("gpu-1:8000", FIRST, Dialect.VLLM, Optional.of("secret")));
  }

  @Test
  void tellsOnceOfEachAndAgainWhenItSpeaksDifferently() {
    var found = new FoundEngines(SETTINGS, List.of());

    assertThat(found.seen(Map.of(FIRST, Dialect.VLLM), 0)).hasSize(1);
    assertThat(found.seen(Map.of(FIRST, Dialect.VLLM, SECOND, Dialect.VLLM), MINUTE))
        .extracting(engine -> engine.endpoint().url())
        .containsExactly(SECOND);
    assertThat(found.seen(Map.of(FIRST, Dialect.SGLANG), 2 * MINUTE))
        .extracting(engine -> engine.endpoint().dialect())
        .containsExactly(Dialect.SGLANG);
    assertThat(found.engines()).hasSize(2);
  }

  @Test
  void keepsAnEngineThatIsSilentForAWhileAndForgetsItThen() {
    var found = new FoundEngines(SETTINGS, List.of());
    found.seen(Map.of(FIRST, Dialect.VLLM), MINUTE);

    found.seen(Map.of(), 11 * MINUTE);
    assertThat(found.engines()).hasSize(1);

    found.seen(Map.of(), 11 * MINUTE + 1);
    assertThat(found.engines()).isEmpty();
  }

  @Test
  void leavesEnginesOfTheConfigurationToIt() {
    var byUrl = described("mine", FIRST, Dialect.OPENAI, Optional.empty());
    var byName =
        described("gpu-1:8001", URI.create("http://10.0.0.1:1"), Dialect.VLLM, Optional.empty());
    var found = new FoundEngines(SETTINGS, List.of(byUrl, byName));

    assertThat(found.seen(Map.of(FIRST, Dialect.VLLM, SECOND, Dialect.VLLM), 0)).isEmpty();
    assertThat(found.engines()).isEmpty();
  }

  private static EngineDescription described(
      String name, URI url, Dialect dialect, Optional<String> key) {
    var endpoint = new EngineEndpoint(new EngineId(name), dialect, url, key, PriorityOrder.NONE);
    return new EngineDescription(endpoint, Set.of(), OptionalInt.empty(), OptionalLong.empty());
  }
}
