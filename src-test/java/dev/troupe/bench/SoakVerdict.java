package dev.troupe.bench;

import static dev.troupe.bench.SoakSample.mebibytes;

import java.util.List;
import java.util.Locale;

/// One thing that a soak must not have done to a node, and whether it did.
record SoakVerdict(boolean passed, String what) {

  /// Files, sockets among them, that may be open at the end beyond those after the warm-up.
  static final int SPARE_DESCRIPTORS = 16;

  /// As much for threads: the JVM starts some of its own when it needs them.
  static final int SPARE_THREADS = 8;

  /// How much the heap's live objects may grow from the second to the last quarter.
  static final double HEAP_GROWTH = 1.1;

  /// @param warm the idle node after its warm-up
  /// @param loaded samples under load, at equal distances; the second and the last quarter count
  /// @param idle the node at the end, after it was left alone
  /// @param failed calls that did not end as they should
  static List<SoakVerdict> of(
      SoakSample warm, List<SoakSample> loaded, SoakSample idle, long failed) {
    int quarter = Math.max(1, loaded.size() / 4);
    double second = heapBytes(loaded.subList(quarter, Math.min(loaded.size(), 2 * quarter)));
    double last = heapBytes(loaded.subList(loaded.size() - quarter, loaded.size()));
    return List.of(
        none("calls that ended otherwise than they should", failed),
        none("leases", idle.leases()),
        none("open calls", idle.openCalls()),
        none("requests in the engines", idle.executions()),
        none("resident programs", idle.programs()),
        level("open files", warm.descriptors(), idle.descriptors(), SPARE_DESCRIPTORS),
        level("threads", warm.threads(), idle.threads(), SPARE_THREADS),
        new SoakVerdict(
            last <= second * HEAP_GROWTH,
            String.format(
                Locale.ROOT,
                "heap after collection: %.1f MiB in the second quarter, %.1f in the last (at most %.1f)",
                mebibytes(second),
                mebibytes(last),
                mebibytes(second * HEAP_GROWTH))));
  }

  private static SoakVerdict none(String what, long count) {
    return new SoakVerdict(count == 0, what + ": " + count + " (wanted: 0)");
  }

  private static SoakVerdict level(String what, long before, long after, int spare) {
    return new SoakVerdict(
        after <= before + spare,
        what
            + ": "
            + before
            + " after the warm-up, "
            + after
            + " at the end (at most "
            + spare
            + " more)");
  }

  private static double heapBytes(List<SoakSample> samples) {
    return samples.stream().mapToLong(SoakSample::heapBytes).average().orElse(0);
  }

  @Override
  public String toString() {
    return (passed ? "PASSED  " : "FAILED  ") + what;
  }
}
