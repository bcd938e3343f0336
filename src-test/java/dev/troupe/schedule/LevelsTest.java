package dev.troupe.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LevelsTest {

  private static final long DECODE_NANOS_PER_TOKEN = 10_000_000;

  private final Levels levels = new Levels(8, 512 * DECODE_NANOS_PER_TOKEN);

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 0",
    "511, 0",
    "512, 1",
    "1023, 1",
    "1024, 2",
    "2047, 2",
    "2048, 3",
    "4095, 3",
    "4096, 4",
    "8191, 4",
    "8192, 5",
    "16383, 5",
    "16384, 6",
    "32767, 6",
    "32768, 7",
    "65536, 7",
    "100000000, 7"
  })
  void doubleFromABaseQuantumOf512Tokens(long serviceTokens, int level) {
    assertThat(levels.of(serviceTokens * DECODE_NANOS_PER_TOKEN)).isEqualTo(level);
  }

  @Test
  void beginAtTheNanosecondAtWhichTheOneBeforeEnds() {
    for (int level = 1; level < levels.count(); level++) {
      long boundNanos = 512 * DECODE_NANOS_PER_TOKEN << (level - 1);
      assertThat(levels.of(boundNanos)).isEqualTo(level);
      assertThat(levels.of(boundNanos - 1)).isEqualTo(level - 1);
    }
  }

  @Test
  void endWithOneThatTakesAnyService() {
    assertThat(levels.of(Long.MAX_VALUE)).isEqualTo(7);
    assertThat(new Levels(1, 1).of(Long.MAX_VALUE)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "33, 1", "8, 0", "8, -1", "8, 9223372036854775807"})
  void refuseWhatCannotBe(int count, long quantumNanos) {
    assertThatThrownBy(() -> new Levels(count, quantumNanos))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
