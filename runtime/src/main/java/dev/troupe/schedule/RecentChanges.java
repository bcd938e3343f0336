package dev.troupe.schedule;

import java.util.Collection;

/// The latest changes of engines' KV caches, each with a filter of the hashes that it touched: what is
/// known of a prompt is brought up to date by these, where it would cost much to look up each of its
/// boundaries again.
///
/// A filter has a bit for each of a number of hashes: it never denies a hash that was touched, and takes
/// about one of 32 others for touched too. That is Bloom's, with one bit a hash: [Space/Time Trade-offs in
/// Hash Coding with Allowable Errors](https://doi.org/10.1145/362686.362692).
///
/// Mutable, confined. O(hashes) for a change, O(1) for a question.
final class RecentChanges {

  private static final int REMEMBERED = 4;
  private static final int BITS_EACH = 32;
  private static final int MOST_BITS = 1 << 16;

  private final int[] engines = new int[REMEMBERED];
  private final long[][] filters = new long[REMEMBERED][];
  private long count;

  /// The number of the change to come.
  long next() {
    return count;
  }

  /// Whether all changes from this one on are remembered.
  boolean reachBack(long change) {
    return change >= count - REMEMBERED;
  }

  /// An engine's cache has gained or lost these.
  void add(int engine, Collection<Long> gained, Collection<Long> lost) {
    long wanted = (long) BITS_EACH * (gained.size() + lost.size());
    int bits = Integer.highestOneBit((int) Math.clamp(2 * wanted - 1, Long.SIZE, MOST_BITS));
    var filter = new long[bits / Long.SIZE];
    gained.forEach(hash -> set(filter, hash));
    lost.forEach(hash -> set(filter, hash));
    int at = (int) (count % REMEMBERED);
    engines[at] = engine;
    filters[at] = filter;
    count++;
  }

  /// Nothing that is known from before is brought up to date by changes.
  void forgetAll() {
    count += REMEMBERED + 1;
  }

  /// Whose cache it was.
  int engine(long change) {
    return engines[(int) (change % REMEMBERED)];
  }

  /// For [#mayHaveTouched]. A change that is remembered.
  long[] filter(long change) {
    return filters[(int) (change % REMEMBERED)];
  }

  static boolean mayHaveTouched(long[] filter, long hash) {
    int bit = bit(filter, hash);
    return (filter[bit >>> 6] & 1L << bit) != 0;
  }

  private static void set(long[] filter, long hash) {
    int bit = bit(filter, hash);
    filter[bit >>> 6] |= 1L << bit;
  }

  private static int bit(long[] filter, long hash) {
    return (int) ((hash * 0x9E3779B97F4A7C15L) >>> 40) & (filter.length * Long.SIZE - 1);
  }
}
