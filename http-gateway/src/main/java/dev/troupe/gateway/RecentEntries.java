package dev.troupe.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A map that keeps what was used last: bounded, and forgetting what is long unused.
///
/// The bound is kept by leaving out the least recently used. Caffeine's own bound keeps what is used
/// often, and turns away the newest, which here is what the next request asks for: it recognized
/// every second request of a hundred conversations in a map with room for thousands (measured).
///
/// Safe for use by many threads. The bound may be exceeded for a moment by as many entries as there
/// are threads.
final class RecentEntries<K, V> {

  private final Cache<K, V> entries;
  private final long limit;

  RecentEntries(IdentitySettings settings, Ticker ticker) {
    this.limit = settings.maxRemembered();
    this.entries =
        Caffeine.newBuilder()
            .expireAfterAccess(settings.rememberFor())
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  Optional<V> get(K key) {
    return Optional.ofNullable(entries.getIfPresent(key));
  }

  /// Sets an entry from what it was, as one step.
  V update(K key, Function<Optional<V>, V> next) {
    var after =
        entries.asMap().compute(key, (_, before) -> next.apply(Optional.ofNullable(before)));
    trim();
    return after;
  }

  /// @return whether there was no such entry
  boolean add(K key, V value) {
    boolean isNew = entries.asMap().putIfAbsent(key, value) == null;
    trim();
    return isNew;
  }

  /// All entries, the one used last first. O(entries), for which others may have to wait.
  List<Map.Entry<K, V>> latest() {
    return entries
        .policy()
        .expireAfterAccess()
        .map(order -> List.copyOf(order.youngest(Integer.MAX_VALUE).entrySet()))
        .orElse(List.of());
  }

  private void trim() {
    if (entries.estimatedSize() > limit) {
      // A batch at a time: finding the oldest costs some microseconds, however many they are.
      int batch = (int) Math.min(limit / 64, 4096) + 1;
      entries
          .policy()
          .expireAfterAccess()
          .ifPresent(order -> entries.invalidateAll(order.oldest(batch).keySet()));
    }
  }
}
