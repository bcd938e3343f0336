package dev.troupe.simulation.workload;

/// Block ids that no text has yet, in ascending order.
final class BlockNames {

  private long next;

  BlockNames(long first) {
    next = first;
  }

  /// Behind all ids of a workload.
  static BlockNames behind(Workload workload) {
    long last = 0;
    for (var program : workload.programs()) {
      for (var call : program.calls()) {
        last = Math.max(last, Math.max(last(call.prompt()), last(call.kept())));
      }
    }
    return new BlockNames(last + 1);
  }

  /// So many consecutive ids; the first of them is returned.
  long take(int ids) {
    long first = next;
    next += ids;
    return first;
  }

  private static long last(BlockRuns blocks) {
    long last = 0;
    for (int run = 0; run < blocks.runs(); run++) {
      last = Math.max(last, blocks.first(run) + blocks.count(run) - 1);
    }
    return last;
  }
}
