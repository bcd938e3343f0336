package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.simulation.workload.ToolWaits;
import dev.troupe.simulation.workload.WaitRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaitTextTest {

  @Test
  void namesEveryRule() {
    assertThat(WaitRule.asRecorded()).isEqualTo(new WaitRule.Recorded(ToolWaits.SOFTWARE_AGENT));
    assertThat(WaitText.rule("none")).isEqualTo(new WaitRule.None());
    assertThat(WaitText.rule("cap=1.5s"))
        .isEqualTo(new WaitRule.Capped(1_500_000_000, ToolWaits.SOFTWARE_AGENT));
    assertThat(WaitText.rule("drawn=web-search"))
        .isEqualTo(new WaitRule.Drawn(ToolWaits.WEB_SEARCH));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "capped     | expected recorded, none, cap=60s or drawn=web-search, not capped",
        "none=1     | expected recorded, none, cap=60s or drawn=web-search, not none=1",
        "cap=       | expected a duration such as cap=60s, not",
        "cap=-1s    | expected a duration such as cap=60s, not cap=-1s",
        "drawn      | expected recorded, none, cap=60s or drawn=web-search, not drawn",
        "drawn=toss | no tool waits named toss; there are software-agent, web-search, wikipedia",
      })
  void refusesATextThatNamesNoRule(String text, String reason) {
    assertThatThrownBy(() -> WaitText.rule(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
