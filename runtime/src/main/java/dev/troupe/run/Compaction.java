package dev.troupe.run;

import dev.troupe.plan.ContextPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Makes results fit into a context. The results themselves stay as they are; what is left out or cut
/// says so in its place.
final class Compaction {

  /// A result that is to be sent.
  ///
  /// @param endedBy the place of its step's end among all events: less is older
  record Item(String name, String text, long endedBy) {}

  /// Below this nothing of a result is worth sending.
  private static final long LEAST_TOKENS = 8;

  private Compaction() {}

  /// @param fixedChars of what is sent whatever the policy: messages, memory
  /// @return what is sent of each item, in order; empty if it cannot be made to fit
  static Optional<List<String>> fit(
      List<Item> items, long fixedChars, ContextPolicy policy, TokenEstimate tokens) {
    List<Item> kept =
        policy.strategy() == ContextPolicy.Strategy.KEEP_LAST_N
            ? latest(items, policy.keepLastN())
            : items;
    if (policy.maxTokens().isEmpty()) {
      return Optional.of(texts(items, kept));
    }
    long room = tokens.charsOf(policy.maxTokens().getAsLong()) - fixedChars;
    return switch (policy.strategy()) {
      case NONE, KEEP_LAST_N -> Optional.of(texts(items, kept)).filter(all -> chars(all) <= room);
      case TRUNCATE -> truncated(items, room);
      case COMPRESS -> compressed(items, room, tokens);
    };
  }

  private static Optional<List<String>> truncated(List<Item> items, long room) {
    int low = 0;
    int high = items.size();
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (chars(texts(items, latest(items, middle))) <= room) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    List<String> texts = texts(items, latest(items, low));
    return Optional.of(texts).filter(all -> chars(all) <= room);
  }

  /// Cuts the longest to one length, so that together they fit: nothing is cut that is no longer than its
  /// share, and what it leaves goes to the others.
  private static Optional<List<String>> compressed(
      List<Item> items, long room, TokenEstimate tokens) {
    long[] lengths = items.stream().mapToLong(item -> item.text().length()).sorted().toArray();
    long left = room;
    long share = Long.MAX_VALUE;
    for (int i = 0; i < lengths.length; i++) {
      long even = Math.max(0, left) / (lengths.length - i);
      if (lengths[i] > even) {
        share = even;
        break;
      }
      left -= lengths[i];
    }
    if (share < tokens.charsOf(LEAST_TOKENS)) {
      return Optional.empty();
    }
    List<String> texts = new ArrayList<>(items.size());
    for (Item item : items) {
      texts.add(cut(item.text(), share));
    }
    return Optional.of(texts);
  }

  private static String cut(String text, long chars) {
    if (text.length() <= chars) {
      return text;
    }
    String mark = " […] (" + text.length() + " characters in all)";
    int end = (int) Math.max(0, chars - mark.length());
    if (end == 0) {
      return text.substring(0, (int) chars);
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(end - 1));
    return text.substring(0, splitsPair ? end - 1 : end) + mark;
  }

  private static List<Item> latest(List<Item> items, int count) {
    Item[] byAge = items.toArray(Item[]::new);
    Arrays.sort(byAge, Comparator.comparingLong(Item::endedBy).reversed());
    return List.of(byAge).subList(0, Math.min(count, byAge.length));
  }

  private static List<String> texts(List<Item> items, List<Item> kept) {
    Set<Item> sent = Collections.newSetFromMap(new IdentityHashMap<>());
    sent.addAll(kept);
    return items.stream()
        .map(item ->
            sent.contains(item)
                ? item.text()
                : "[the result of \"" + item.name() + "\" was left out]")
        .toList();
  }

  private static long chars(List<String> texts) {
    return texts.stream().mapToLong(String::length).sum();
  }
}
