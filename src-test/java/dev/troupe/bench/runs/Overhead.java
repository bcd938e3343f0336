package dev.troupe.bench.runs;

import java.util.Arrays;
import java.util.List;

/// What lies between steps, measured over some runs of one shape.
///
/// @param stepMillis from the end of a step's last predecessor to its start, of all runs, in order of size
/// @param wholeMillis from the start of a run's first step to the end of its last, in order of size
record Overhead(double[] stepMillis, double[] wholeMillis) {

  Overhead {
    stepMillis = stepMillis.clone();
    wholeMillis = wholeMillis.clone();
    Arrays.sort(stepMillis);
    Arrays.sort(wholeMillis);
  }

  double median() {
    return at(stepMillis, 0.5);
  }

  double p99() {
    return at(stepMillis, 0.99);
  }

  double whole() {
    return at(wholeMillis, 0.5);
  }

  private static double at(double[] sorted, double fraction) {
    return sorted[Math.min(sorted.length - 1, (int) (sorted.length * fraction))];
  }

  /// Notes when the steps of one run begin and end.
  static final class Watch {

    private final long[] starts;
    private final long[] ends;

    Watch(int steps) {
      this.starts = new long[steps];
      this.ends = new long[steps];
    }

    void begin(int step) {
      starts[step] = System.nanoTime();
    }

    void end(int step) {
      ends[step] = System.nanoTime();
    }

    double[] stepMillis(List<List<Integer>> parents) {
      var millis = new double[parents.size()];
      int count = 0;
      for (int step = 0; step < parents.size(); step++) {
        var last = parents.get(step).stream().mapToLong(parent -> ends[parent]).max();
        if (last.isPresent()) {
          millis[count++] = (starts[step] - last.getAsLong()) / 1e6;
        }
      }
      return Arrays.copyOf(millis, count);
    }

    double wholeMillis() {
      return (Arrays.stream(ends).max().orElseThrow() - Arrays.stream(starts).min().orElseThrow())
          / 1e6;
    }
  }
}
