package dev.troupe.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.EngineId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServingEnginesTest {

  private final ServingEngines engines = new ServingEngines();

  @Test
  void theLatestIsFirstAndEachIsThereOnce() {
    assertThat(engines.latest()).isEmpty();

    List.of("a", "b", "a", "a").forEach(name -> engines.served(new EngineId(name)));

    assertThat(engines.latest()).contains(new EngineId("a"));
    assertThat(engines.all()).containsExactly(new EngineId("a"), new EngineId("b"));
  }

  @Test
  void theOldestOfSeventeenIsForgotten() {
    IntStream.rangeClosed(1, 17).forEach(at -> engines.served(new EngineId("e" + at)));

    assertThat(engines.all())
        .hasSize(16)
        .startsWith(new EngineId("e17"))
        .endsWith(new EngineId("e2"));
  }

  @Test
  void thoseOfAnEarlierLifeCameBefore() {
    engines.served(new EngineId("b"));
    engines.served(new EngineId("c"));

    engines.restore(List.of(new EngineId("b"), new EngineId("a")));

    assertThat(engines.all())
        .containsExactly(new EngineId("c"), new EngineId("b"), new EngineId("a"));
  }
}
