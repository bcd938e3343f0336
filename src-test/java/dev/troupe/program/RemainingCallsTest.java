package dev.troupe.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemainingCallsTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_000_000})
  void areAWholeNumberUpToAMillion(int calls) {
    assertThat(RemainingCalls.checked(calls)).isEqualTo(calls);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1_000_001})
  void areNothingElse(int calls) {
    assertThatThrownBy(() ->
            new Program.Declared(Optional.empty(), OptionalInt.empty(), OptionalInt.of(calls)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to 1000000")
        .hasMessageContaining(Integer.toString(calls));
  }
}
