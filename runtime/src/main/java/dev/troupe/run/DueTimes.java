package dev.troupe.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/// Things and the times at which they are due, each with one. Whoever owns it waits until the first of
/// them, and looks at no other. Cost: `O(log n)` for each change and each thing that is due.
///
/// @param <K> what is due
public final class DueTimes<K> {

  private record Entry<K>(long atMillis, int priority, long number, K key) {}

  private final TreeSet<Entry<K>> entries =
      new TreeSet<>(
          Comparator.<Entry<K>>comparingLong(Entry::atMillis)
              .thenComparing(Comparator.<Entry<K>>comparingInt(Entry::priority).reversed())
              .thenComparingLong(Entry::number));
  private final Map<K, Entry<K>> byKey = new HashMap<>();
  private long added;

  /// From now on this is due then, and at no other time.
  ///
  /// @param priority of two that are due at one time, more goes first
  public void put(K key, long atMillis, int priority) {
    remove(key);
    Entry<K> entry = new Entry<>(atMillis, priority, added++, key);
    byKey.put(key, entry);
    entries.add(entry);
  }

  /// @return whether it was there
  public boolean remove(K key) {
    Entry<K> entry = byKey.remove(key);
    return entry != null && entries.remove(entry);
  }

  public int size() {
    return entries.size();
  }

  /// When the first is due.
  public OptionalLong next() {
    return entries.isEmpty() ? OptionalLong.empty() : OptionalLong.of(entries.first().atMillis());
  }

  /// Takes out all that are due, in order.
  public List<K> due(long nowMillis) {
    List<K> due = new ArrayList<>();
    while (!entries.isEmpty() && entries.first().atMillis() <= nowMillis) {
      K key = entries.first().key();
      remove(key);
      due.add(key);
    }
    return due;
  }
}
