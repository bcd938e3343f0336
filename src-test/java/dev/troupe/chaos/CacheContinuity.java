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

  /// Of the programs that had completed a call before a blow, and went on after it.
  ///
  /// @param recoveredNanos when all engines were watched again; calls whose answers began before are not
  ///     looked at, for an engine that nobody watches gets none, and waiting would cost more than moving
  static Share after(List<Attempt> attempts, long blowNanos, long recoveredNanos) {
    int continued = 0;
    int all = 0;
    var programs =
        attempts.stream().filter(Attempt::isCompleted).collect(groupingBy(Attempt::program));
    for (var program : programs.values()) {
      if (program.stream().anyMatch(attempt -> attempt.endNanos() < blowNanos)) {
        var next =
            next(program, blowNanos, recoveredNanos).stream()
                .filter(attempt -> cacheTokens(attempt, program) > 0)
                .toList();
        all += next.isEmpty() ? 0 : 1;
        continued += next.stream().anyMatch(attempt -> hadCache(attempt, program)) ? 1 : 0;
      }
    }
    return new Share(continued, all);
  }

  /// The calls that a program sends after the blow and has answered after the recovery, before one of
  /// them has ended.
  private static List<Attempt> next(List<Attempt> program, long blowNanos, long recoveredNanos) {
    var after =
        program.stream()
            .filter(attempt -> attempt.sentNanos() >= blowNanos)
            .filter(attempt -> attempt.answer().firstNanos() >= recoveredNanos)
            .toList();
    long firstEndNanos = after.stream().mapToLong(Attempt::endNanos).min().orElse(Long.MAX_VALUE);
    return after.stream().filter(attempt -> attempt.sentNanos() < firstEndNanos).toList();
  }

  private static boolean hadCache(Attempt attempt, List<Attempt> program) {
    return attempt.answer().usage().cachedTokens() >= NEARLY * cacheTokens(attempt, program);
  }

  /// What earlier calls have left of the prompt on some engine; 0 when it is too little to count.
  private static int cacheTokens(Attempt attempt, List<Attempt> program) {
    int longest =
        program.stream()
            .filter(earlier -> earlier.endNanos() < attempt.sentNanos())
            .mapToInt(earlier -> attempt.plan().sharedTokens(earlier.plan()))
            .max()
            .orElse(0);
    int least =
        Math.max(LEAST_TOKENS, (int) (LEAST_FRACTION * attempt.plan().trace().promptTokens()));
    return longest >= least ? longest : 0;
  }
}
