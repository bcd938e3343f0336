package dev.troupe.laboratory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class LoadsTest {

  @Test
  void aRateIsALoadOfWhatTheEnginesServe() {
    var loads = Loads.ofRates(rates(2, 3, 2), serving(4));

    assertThat(loads)
        .isEqualTo(new Loads(List.of(0.5, 0.75), List.of(2.0, 3.0), OptionalDouble.empty()));
  }

  /// A thousandth of 0.44213 is 0.00044213, and 0.000442 would be refused again.
  @Test
  void aRateThatIsTooLowIsRefusedWithOneThatIsNot() {
    assertThatThrownBy(() -> Loads.ofRates(rates(0.0004), serving(0.44213)))
        .hasMessageEndingWith("; give 0.000443 or more");
    assertThatCode(() -> Loads.ofRates(rates(0.000443), serving(0.44213)))
        .doesNotThrowAnyException();
  }

  /// Ten programs in ten hours: they may have come within a minute at either end.
  @Test
  void noRateIsTooLowThatWasRecorded() {
    var rates = List.of(new Rate(OptionalDouble.of(2)), new Rate(OptionalDouble.empty()));

    var loads = Loads.ofRates(rates, serving(4));

    assertThat(loads.values()).containsExactly(0.5, 0.00025 / 4);
    assertThat(loads.recorded()).hasValue(0.00025 / 4);
  }

  private static List<Rate> rates(double... perSecond) {
    return DoubleStream.of(perSecond).mapToObj(OptionalDouble::of).map(Rate::new).toList();
  }

  private static Rates serving(double programsPerSecond) {
    return new Rates() {
      @Override
      public double capacity() {
        return programsPerSecond;
      }

      @Override
      public Census census() {
        return new Census(10, 10, 1, 0, OptionalDouble.of(36_000), Optional.empty());
      }
    };
  }
}
