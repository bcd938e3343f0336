package dev.troupe.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramPriorityTest {

  @ParameterizedTest
  @CsvSource({"-4, 16", "-1, 2", "0, 1", "1, 0.5", "4, 0.0625"})
  void oneMoreHalvesWhatASecondCounts(int priority, double factor) {
    assertThat(ProgramPriority.factor(priority)).isEqualTo(factor);
    assertThat(ProgramPriority.weighed(1_600, priority)).isEqualTo((long) (1_600 * factor));
  }

  @Test
  void whatALaterBuildAllowsCountsAsTheNearest() {
    assertThat(ProgramPriority.factor(9)).isEqualTo(ProgramPriority.factor(4));
    assertThat(ProgramPriority.weighed(32, Integer.MIN_VALUE)).isEqualTo(512);
  }

  @Test
  void whatIsTooMuchToCountIsTheMost() {
    assertThat(ProgramPriority.weighed(Long.MAX_VALUE, -1)).isEqualTo(Long.MAX_VALUE);
    assertThat(ProgramPriority.weighed(Long.MAX_VALUE >> 4, -4)).isEqualTo(Long.MAX_VALUE - 15);
    assertThat(ProgramPriority.weighed(Long.MAX_VALUE, 0)).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(ints = {-5, 5, Integer.MAX_VALUE})
  void nobodyDeclaresAnotherOne(int priority) {
    assertThatThrownBy(() ->
            new Program.Declared(Optional.empty(), OptionalInt.of(priority), OptionalInt.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from -4 to 4, not " + priority);
  }
}
