package dev.troupe.laboratory;

import dev.troupe.simulation.Metrics;
import java.util.List;
import java.util.function.ToIntFunction;

/// What became of programs that no engine could hold, in words: results are not about those refused.
final class Oversized {

  private Oversized() {}

  /// Sentences with a space before each; empty where every program fitted.
  static String note(List<Result> results) {
    int refused = most(results, Metrics::refused);
    int scaled = most(results, Metrics::scaled);
    return (refused == 0
            ? ""
            : " Programs refused, since no engine can hold them: "
                + refused
                + " (--oversize scale takes them in, scaled down).")
        + (scaled == 0
            ? ""
            : " Programs scaled down, so that an engine can hold them: " + scaled + ".");
  }

  private static int most(List<Result> results, ToIntFunction<Metrics> count) {
    return results.stream().map(Result::metrics).mapToInt(count).max().orElse(0);
  }
}
