package dev.troupe.schedule;

import java.util.Arrays;

/// Sets of small numbers by hash: who holds what. A hash that nobody holds takes no room.
///
/// A hash and its set lie side by side in one array, with open addressing and linear probing: a scheduler
/// looks up a hundred hashes for a call, and hundreds of calls for an engine. An empty set marks an empty
/// slot.
///
/// Mutable, confined. O(1), but [#removeEverywhere].
final class Holders {

  private static final int LEAST_SLOTS = 16;

  // By slot: the hash, then so many words of bits.
  private long[] table = new long[2 * LEAST_SLOTS];
  private int slots = LEAST_SLOTS;
  private int words = 1;
  private int size;

  /// Hashes that somebody holds.
  int size() {
    return size;
  }

  void add(long hash, int number) {
    if (number >= words * Long.SIZE) {
      rehash(slots, number / Long.SIZE + 1);
    }
    int at = find(hash);
    if (isEmpty(at)) {
      if (2 * (size + 1) > slots) {
        rehash(2 * slots, words);
        at = find(hash);
      }
      table[at] = hash;
      size++;
    }
    table[at + 1 + number / Long.SIZE] |= 1L << number;
  }

  void remove(long hash, int number) {
    int at = find(hash);
    if (number < words * Long.SIZE && !isEmpty(at)) {
      table[at + 1 + number / Long.SIZE] &= ~(1L << number);
      if (isEmpty(at)) {
        size--;
        close(at);
      }
    }
  }

  /// It holds nothing. O(size).
  void removeEverywhere(int number) {
    if (number < words * Long.SIZE) {
      for (int at = 1 + number / Long.SIZE; at < table.length; at += 1 + words) {
        table[at] &= ~(1L << number);
      }
      rehash(slots, words);
    }
  }

  /// Which of these hold it.
  ///
  /// @param word of the numbers from 64 times that
  /// @param wanted bits of them
  long among(long hash, int word, long wanted) {
    return word < words ? table[find(hash) + 1 + word] & wanted : 0;
  }

  /// Where a hash is in the table, or the empty slot where it would be.
  private int find(long hash) {
    int at = home(hash);
    while (table[at] != hash && !isEmpty(at)) {
      at = next(at);
    }
    return at;
  }

  private boolean isEmpty(int at) {
    long any = table[at + 1];
    for (int word = 2; word <= words; word++) {
      any |= table[at + word];
    }
    return any == 0;
  }

  /// Moves up what follows an emptied slot, where it would be cut off from its home.
  private void close(int emptied) {
    int hole = emptied;
    for (int at = next(hole); !isEmpty(at); at = next(at)) {
      if (distance(home(table[at]), at) >= distance(hole, at)) {
        System.arraycopy(table, at, table, hole, 1 + words);
        hole = at;
      }
    }
    Arrays.fill(table, hole + 1, hole + 1 + words, 0);
  }

  private void rehash(int slots, int words) {
    var before = table;
    int wordsBefore = this.words;
    this.slots = slots;
    this.words = words;
    table = new long[slots * (1 + words)];
    size = 0;
    for (int from = 0; from < before.length; from += 1 + wordsBefore) {
      boolean isHeld = false;
      for (int word = 1; word <= wordsBefore; word++) {
        isHeld |= before[from + word] != 0;
      }
      if (isHeld) {
        System.arraycopy(before, from, table, find(before[from]), 1 + wordsBefore);
        size++;
      }
    }
  }

  private int home(long hash) {
    return ((int) ((hash * 0x9E3779B97F4A7C15L) >>> 32) & (slots - 1)) * (1 + words);
  }

  private int next(int at) {
    int next = at + 1 + words;
    return next == table.length ? 0 : next;
  }

  private int distance(int from, int to) {
    return to >= from ? to - from : to - from + table.length;
  }
}
