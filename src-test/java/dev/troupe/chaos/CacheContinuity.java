package dev.troupe.chaos;

import static java.util.stream.Collectors.groupingBy;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Whether programs go on where their KV cache is.
///
/// An engine holds a call's cache when it served calls of the program whose prompts have nearly as
/// much in common with the call's as those on any engine have. A program goes on there when one of the
/// calls that it sends next does: of calls side by side, placement sends some elsewhere on purpose.
final class CacheContinuity {

  /// A shorter beginning in common is not worth going anywhere for.
  private static final int LEAST_TOKENS = 256;

  /// Of the longest beginning in common, what an engine must have.
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
              .filter(attempt -> !holders(attempt, before).isEmpty())
              .toList();
      if (!next.isEmpty()) {
        all++;
        continued +=
            next.stream()
                    .anyMatch(
                        attempt -> holders(attempt, before).contains(attempt.answer().engine()))
                ? 1
                : 0;
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

  private static Set<Optional<String>> holders(Attempt attempt, List<Attempt> before) {
    int longest =
        before.stream()
            .mapToInt(earlier -> attempt.plan().sharedTokens(earlier.plan()))
            .max()
            .orElse(0);
    var holders = new HashSet<Optional<String>>();
    if (longest >= LEAST_TOKENS) {
      before.stream()
          .filter(earlier -> attempt.plan().sharedTokens(earlier.plan()) >= NEARLY * longest)
          .forEach(earlier -> holders.add(earlier.answer().engine()));
    }
    return holders;
  }
}
