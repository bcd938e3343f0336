package dev.troupe.gateway;

import com.github.benmanes.caffeine.cache.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/// The latest values of each key. Soft and bounded, as [RecentEntries] is, and for each key.
///
/// Safe for use by many threads: lists are immutable and replaced whole.
final class Remembered<K, V> {

  /// As many equals as are told apart: requests that many programs send alike.
  static final int MAX_VALUES = 256;

  private final RecentEntries<K, List<V>> lists;

  Remembered(IdentitySettings settings, Ticker ticker) {
    this.lists = new RecentEntries<>(settings, ticker);
  }

  /// The values of a key, oldest first.
  List<V> of(K key) {
    return lists.get(key).orElse(List.of());
  }

  /// Adds a value as the latest of its key, in place of those that it makes obsolete.
  void add(K key, V value, Predicate<V> isObsolete) {
    lists.update(
        key,
        before -> before.map(values -> appended(values, value, isObsolete)).orElse(List.of(value)));
  }

  /// All values with their keys, the key used last first, and of one key the latest value first.
  void forEachLatest(BiConsumer<K, V> action) {
    for (var entry : lists.latest()) {
      entry.getValue().reversed().forEach(value -> action.accept(entry.getKey(), value));
    }
  }

  private static <V> List<V> appended(List<V> before, V value, Predicate<V> isObsolete) {
    var values = new ArrayList<V>(before.size() + 1);
    before.stream().filter(isObsolete.negate()).forEach(values::add);
    values.add(value);
    int surplus = Math.max(0, values.size() - MAX_VALUES);
    return List.copyOf(values.subList(surplus, values.size()));
  }
}
