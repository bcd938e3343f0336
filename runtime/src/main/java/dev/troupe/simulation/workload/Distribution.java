package dev.troupe.simulation.workload;

import java.util.List;
import java.util.random.RandomGenerator;

/// What a number is drawn from, never negative. Its unit is that of the parameter which holds it.
public sealed interface Distribution {

  double draw(RandomGenerator random);

  /// Skewed to the right, never below 0: the usual form of lengths and times of which only mean and
  /// deviation are published. The parameters are fitted by moments.
  ///
  /// @param mean above 0
  /// @param deviation standard deviation, 0 or more
  record LogNormal(double mean, double deviation) implements Distribution {

    public LogNormal {
      if (!(mean > 0 && deviation >= 0 && Double.isFinite(mean) && Double.isFinite(deviation))) {
        throw new IllegalArgumentException("mean above 0, deviation not below: " + mean);
      }
    }

    /// @param median above 0
    /// @param sigma deviation of the logarithm
    static LogNormal ofMedian(double median, double sigma) {
      double mean = median * StrictMath.exp(sigma * sigma / 2);
      return new LogNormal(mean, mean * StrictMath.sqrt(StrictMath.expm1(sigma * sigma)));
    }

    @Override
    public double draw(RandomGenerator random) {
      double variation = deviation / mean;
      double variance = StrictMath.log1p(variation * variation);
      double location = StrictMath.log(mean) - variance / 2;
      return StrictMath.exp(location + StrictMath.sqrt(variance) * random.nextGaussian());
    }
  }

  /// Measured values, each as likely as the others.
  ///
  /// @param values at least one, none negative
  record Samples(List<Double> values) implements Distribution {

    public Samples {
      values = List.copyOf(values);
      if (values.isEmpty() || !values.stream().allMatch(value -> value >= 0 && value < 1e18)) {
        throw new IllegalArgumentException("at least one sample, none negative");
      }
    }

    @Override
    public double draw(RandomGenerator random) {
      return values.get(random.nextInt(values.size()));
    }
  }
}
