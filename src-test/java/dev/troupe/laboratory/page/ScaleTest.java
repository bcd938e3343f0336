package dev.troupe.laboratory.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ScaleTest {

  @Test
  void beginsALinearAxisAtZero() {
    var scale = Scale.linear(DoubleStream.of(2, 10));

    assertThat(scale.position(0)).isZero();
    assertThat(scale.ticks()).first().isEqualTo(0.0);
  }

  @Test
  void setsRoundTicksInsideTheAxis() {
    assertThat(new Scale(0, 10, false).ticks()).containsExactly(0.0, 2.0, 4.0, 6.0, 8.0, 10.0);
    assertThat(new Scale(0.9, 60, true).ticks()).containsExactly(1.0, 2.0, 5.0, 10.0, 20.0, 50.0);
    assertThat(new Scale(0.5, 20_000, true).ticks())
        .containsExactly(1.0, 10.0, 100.0, 1000.0, 10_000.0);
  }

  @Test
  void givesEqualRatiosEqualLengths() {
    var scale = new Scale(1, 100, true);

    assertThat(scale.position(10)).isEqualTo(0.5, within(1e-12));
  }

  @Test
  void drawsZeroAtTheBeginningOfALogarithmicAxis() {
    assertThat(Scale.logarithmic(DoubleStream.of(0, 5, 50)).position(0)).isBetween(0.0, 0.05);
  }

  @Test
  void standsWithoutValues() {
    assertThat(Scale.linear(DoubleStream.empty()).ticks()).isNotEmpty();
    assertThat(Scale.logarithmic(DoubleStream.empty()).ticks()).isNotEmpty();
    assertThat(Scale.linear(DoubleStream.of(0)).position(0)).isZero();
  }

  @Test
  void writesTicksWithoutTrailingZeros() {
    assertThat(Scale.label(0.5)).isEqualTo("0.5");
    assertThat(Scale.label(1000)).isEqualTo("1000");
    assertThat(Scale.label(0.002)).isEqualTo("0.002");
  }
}
