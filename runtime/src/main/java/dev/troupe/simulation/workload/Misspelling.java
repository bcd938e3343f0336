package dev.troupe.simulation.workload;

import dev.troupe.program.Nearest;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which field of a trace another one probably is, misspelt: by one or two letters (`tool_waits`), or
/// by one word that is left out or too many (`prefix_blocks` for `prefix_block_hashes`).
///
/// A word in place of another makes another field: `queue_wait_s` is not `tool_wait_s`.
final class Misspelling {

  private static final int MOST_LETTERS = 2;

  /// Of shorter names almost any other is near.
  private static final int SHORTEST = 3;

  /// Shorter words begin too many others.
  private static final int SHORTEST_STEM = 3;

  private static final Pattern BETWEEN_WORDS = Pattern.compile("[_\\-\\s]+|(?<=[a-z])(?=[A-Z])");
  private static final Pattern SECONDS = Pattern.compile("sec(ond)?s?");

  private Misspelling() {}

  /// @param known the fields that it can be
  static Optional<String> of(String name, Collection<String> known) {
    return known.stream()
        .filter(each -> isNearByLetters(name, each))
        .min(Comparator.comparingInt(each -> Nearest.changes(name, each)))
        .or(() -> known.stream().filter(each -> isNearByWords(name, each)).findFirst());
  }

  private static boolean isNearByLetters(String name, String known) {
    int most = Math.min(MOST_LETTERS, known.length() / 3);
    return known.length() >= SHORTEST && Nearest.changes(name, known) <= most;
  }

  private static boolean isNearByWords(String name, String known) {
    var words = words(name);
    var others = words(known);
    int shared = Math.min(words.size(), others.size());
    return shared >= 2
        && Math.abs(words.size() - others.size()) <= 1
        && common(words, others) == shared;
  }

  private static List<String> words(String name) {
    return BETWEEN_WORDS
        .splitAsStream(name)
        .map(word -> word.toLowerCase(Locale.ROOT))
        .map(word -> SECONDS.matcher(word).matches() ? "s" : word)
        .toList();
  }

  /// How many words both have, in the same order.
  private static int common(List<String> left, List<String> right) {
    if (left.isEmpty() || right.isEmpty()) {
      return 0;
    }
    var leftRest = left.subList(1, left.size());
    var rightRest = right.subList(1, right.size());
    return isAlike(left.getFirst(), right.getFirst())
        ? 1 + common(leftRest, rightRest)
        : Math.max(common(leftRest, right), common(left, rightRest));
  }

  /// Whether they are one word, or one its stem: `block` and `blocks`.
  private static boolean isAlike(String left, String right) {
    var stem = left.length() < right.length() ? left : right;
    return left.equals(right)
        || stem.length() >= SHORTEST_STEM && left.startsWith(stem) && right.startsWith(stem);
  }
}
