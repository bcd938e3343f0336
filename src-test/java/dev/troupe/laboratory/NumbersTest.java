package dev.troupe.laboratory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "0.8, 0.800, 0.8",
    "1, 1.00, 1",
    "12.34, 12.3, 12.3",
    "123456.7, 123457, 123457",
    "100, 100, 100",
    "0.004567, 0.00457, 0.00457",
    "-2.5, -2.50, -2.5"
  })
  void keepsThreeDigitsThatCount(double value, String threeDigits, String brief) {
    assertThat(Numbers.threeDigits(value)).isEqualTo(threeDigits);
    assertThat(Numbers.brief(value)).isEqualTo(brief);
  }
}
