package dev.troupe.program;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// The word that somebody probably meant.
public final class Nearest {

  private static final int MAX_LENGTH = 40;

  private Nearest() {}

  /// The known word with the fewest characters to change, capitals and separators not counted; empty if
  /// more than a third would have to change.
  public static Optional<String> to(String word, Collection<String> known) {
    if (word.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String nearest = "";
    int least = Math.max(1, plain(word).length() / 3) + 1;
    for (String each : known) {
      int changes = changes(word, each);
      if (changes < least) {
        least = changes;
        nearest = each;
      }
    }
    return nearest.isEmpty() ? Optional.empty() : Optional.of(nearest);
  }

  /// How many characters to change, capitals and separators not counted.
  public static int changes(String word, String other) {
    return distance(plain(word), plain(other));
  }

  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  /// Levenshtein's.
  private static int distance(String left, String right) {
    int[] before = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] now = new int[right.length() + 1];
      now[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replaced = before[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(replaced, Math.min(before[j], now[j - 1]) + 1);
      }
      before = now;
    }
    return before[right.length()];
  }
}
