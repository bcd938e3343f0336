package dev.troupe.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LiveObjectsTest {

  @Test
  void readsAClassHistogram() {
    var live =
        LiveObjects.of(
            List.of(
                "4711:",
                " num     #instances         #bytes  class name (module)",
                "-------------------------------------------------------",
                "   1:         84206        8049208  [B (java.base@25.0.1)",
                "   2:           120           3840  dev.troupe.bench.LiveObjectsTest",
                "Total        300000       24000000"));

    assertThat(live.bytes()).isEqualTo(24_000_000);
    assertThat(live.count(LiveObjectsTest.class)).isEqualTo(120);
    assertThat(live.count(LiveObjects.class)).isZero();
  }

  @Test
  void refusesWhatIsNone() {
    assertThatThrownBy(() -> LiveObjects.of(List.of("4711:", "No such process")))
        .hasMessageContaining("No such process");
  }
}
