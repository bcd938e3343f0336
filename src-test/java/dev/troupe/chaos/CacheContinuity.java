package dev.troupe.chaos;

import static java.util.stream.Collectors.groupingBy;

import java.util.List;

/// Whether programs go on where their KV cache is.
///
/// What a program's cache is follows from its trace: the longest beginning that its next prompt has in
/// common with one of its earlier ones. Whether the engine that took the call had it, the engine has
/// said in the answer. A program goes on there when one of the calls that it sends next does: of calls
/// side by side, placement sends some elsewhere on purpose.
final class CacheContinuity {

  /// A shorter beginning in common is not worth going anywhere for.
  private static final int LEAST_TOKENS = 128;

  /// Nor is a smaller part of the prompt, where an idle engine is a good choice.
  private static final double LEAST_FRACTION = 0.5;

  /// What an engine must have of it: engines keep whole blocks.
  private static final double NEARLY = 0.9;

  private CacheContinuity() {}

  /// @param continued programs that went on where their cache was
  /// @param all programs that went on and had a cache
  record Share(int continued, int all) {

    double fraction() {
      return all == 0 ? 1 : (double) continued / all;
    }
  }

  /// Of the programs that had completed a call before a moment and sent one after it.
  static Share after(List<Attempt> attempts, long momentNanos) {
    int continued = 0;
    int all = 0;
    var programs =
        attempts.stream().filter(Attempt::isCompleted).collect(groupingBy(Attempt::program));
    for (var program : programs.values()) {
      var before = program.stream().filter(attempt -> attempt.endNanos() < momentNanos).toList();
      var next =
          next(program, momentNanos).stream()
              .filter(attempt -> cacheTokens(attempt, before) > 0)
              .toList();
      if (!next.isEmpty()) {
        all++;
        continued += next.stream().anyMatch(attempt -> hadCache(attempt, before)) ? 1 : 0;
      }
    }
    return new Share(continued, all);
  }

  /// The calls that a program sends after a moment, before one of them has ended.
  private static List<Attempt> next(List<Attempt> program, long momentNanos) {
    var after = program.stream().filter(attempt -> attempt.sentNanos() >= momentNanos).toList();
    long firstEndNanos = after.stream().mapToLong(Attempt::endNanos).min().orElse(Long.MAX_VALUE);
    return after.stream().filter(attempt -> attempt.sentNanos() < firstEndNanos).toList();
  }

  private static boolean hadCache(Attempt attempt, List<Attempt> before) {
    return attempt.answer().usage().cachedTokens() >= NEARLY * cacheTokens(attempt, before);
  }

  /// What earlier calls have left of the prompt on some engine; 0 when it is too little to count.
  private static int cacheTokens(Attempt attempt, List<Attempt> before) {
    int longest =
        before.stream()
            .mapToInt(earlier -> attempt.plan().sharedTokens(earlier.plan()))
            .max()
            .orElse(0);
    int least =
        Math.max(LEAST_TOKENS, (int) (LEAST_FRACTION * attempt.plan().trace().promptTokens()));
    return longest >= least ? longest : 0;
  }
}
