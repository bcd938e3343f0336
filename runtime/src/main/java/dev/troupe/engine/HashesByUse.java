package dev.troupe.engine;

import java.util.Arrays;
import java.util.function.LongConsumer;

/// Hashes, each with a weight, in the order of their use. Without boxes: a prompt has up to a hundred
/// hashes, and each is used with every call.
///
/// A hash has a place in arrays while it is held; a table with open addressing and linear probing finds
/// it, and links by place keep the order. Mutable, confined. O(1).
final class HashesByUse {

  private static final int NONE = -1;
  private static final int LEAST_PLACES = 16;

  // Twice as many slots as places: a place each, or NONE.
  private int[] table = filled(2 * LEAST_PLACES);
  private long[] hashes = new long[LEAST_PLACES];
  private int[] weights = new int[LEAST_PLACES];
  private int[] older = new int[LEAST_PLACES];
  // Of free places, the next one that is free.
  private int[] newer = links(LEAST_PLACES);
  private int free;
  private int oldest = NONE;
  private int newest = NONE;
  private int size;

  int size() {
    return size;
  }

  boolean contains(long hash) {
    return table[slot(hash)] != NONE;
  }

  /// A hash is used now.
  ///
  /// @return whether it is held; else nothing has happened
  boolean use(long hash) {
    int place = table[slot(hash)];
    if (place == NONE) {
      return false;
    }
    if (place != newest) {
      unlink(place);
      append(place);
    }
    return true;
  }

  /// Holds a hash that it does not hold yet, and counts it as used now.
  void add(long hash, int weight) {
    if (free == NONE) {
      grow();
    }
    int place = free;
    free = newer[place];
    hashes[place] = hash;
    weights[place] = weight;
    table[slot(hash)] = place;
    append(place);
    size++;
  }

  /// The hash that was not used for longest. There must be one.
  long oldest() {
    return hashes[oldest];
  }

  /// Removes the hash that was not used for longest. There must be one.
  ///
  /// @return its weight
  int removeOldest() {
    int place = oldest;
    close(slot(hashes[place]));
    unlink(place);
    newer[place] = free;
    free = place;
    size--;
    return weights[place];
  }

  /// The hash that was not used for longest comes first.
  void forEach(LongConsumer action) {
    for (int place = oldest; place != NONE; place = newer[place]) {
      action.accept(hashes[place]);
    }
  }

  void clear() {
    while (size > 0) {
      removeOldest();
    }
  }

  private void append(int place) {
    older[place] = newest;
    newer[place] = NONE;
    if (newest == NONE) {
      oldest = place;
    } else {
      newer[newest] = place;
    }
    newest = place;
  }

  private void unlink(int place) {
    if (older[place] == NONE) {
      oldest = newer[place];
    } else {
      newer[older[place]] = newer[place];
    }
    if (newer[place] == NONE) {
      newest = older[place];
    } else {
      older[newer[place]] = older[place];
    }
  }

  /// Where a hash is in the table, or the empty slot where it would be.
  private int slot(long hash) {
    int slot = home(hash);
    while (table[slot] != NONE && hashes[table[slot]] != hash) {
      slot = next(slot);
    }
    return slot;
  }

  /// Empties a slot, and moves up what follows where it would be cut off from its home.
  private void close(int emptied) {
    int hole = emptied;
    int mask = table.length - 1;
    for (int at = next(hole); table[at] != NONE; at = next(at)) {
      if (((at - home(hashes[table[at]])) & mask) >= ((at - hole) & mask)) {
        table[hole] = table[at];
        hole = at;
      }
    }
    table[hole] = NONE;
  }

  private void grow() {
    int had = hashes.length;
    hashes = Arrays.copyOf(hashes, 2 * had);
    weights = Arrays.copyOf(weights, 2 * had);
    older = Arrays.copyOf(older, 2 * had);
    var links = links(2 * had);
    System.arraycopy(newer, 0, links, 0, had);
    newer = links;
    free = had;
    table = filled(4 * had);
    for (int place = 0; place < had; place++) {
      table[slot(hashes[place])] = place;
    }
  }

  private int home(long hash) {
    return (int) ((hash * 0x9E3779B97F4A7C15L) >>> 32) & (table.length - 1);
  }

  private int next(int slot) {
    return (slot + 1) & (table.length - 1);
  }

  private static int[] filled(int length) {
    var slots = new int[length];
    Arrays.fill(slots, NONE);
    return slots;
  }

  /// Each place is followed by the next.
  private static int[] links(int length) {
    var links = new int[length];
    for (int place = 0; place < length; place++) {
      links[place] = place + 1 < length ? place + 1 : NONE;
    }
    return links;
  }
}
