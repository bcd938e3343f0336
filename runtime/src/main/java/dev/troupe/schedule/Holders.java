package dev.troupe.schedule;

import java.util.Arrays;

/// Sets of small numbers by hash: who holds what. A hash that nobody holds takes no room.
///
/// Hashes and sets lie in two arrays, with open addressing and linear probing: a scheduler looks up a
/// hundred hashes for a call, and hundreds of calls for an engine. An empty set marks an empty slot.
///
/// Mutable, confined. O(1), but [#removeEverywhere].
final class Holders {

  private static final int LEAST_SLOTS = 16;

  private long[] hashes = new long[LEAST_SLOTS];
  // By slot, so many words of bits each.
  private long[] sets = new long[LEAST_SLOTS];
  private int words = 1;
  private int size;

  /// Hashes that somebody holds.
  int size() {
    return size;
  }

  void add(long hash, int number) {
    if (number >= words * Long.SIZE) {
      rehash(hashes.length, number / Long.SIZE + 1);
    }
    int slot = slot(hash);
    if (isEmpty(slot)) {
      if (2 * (size + 1) > hashes.length) {
        rehash(2 * hashes.length, words);
        slot = slot(hash);
      }
      hashes[slot] = hash;
      size++;
    }
    sets[slot * words + number / Long.SIZE] |= 1L << number;
  }

  void remove(long hash, int number) {
    int slot = slot(hash);
    if (number < words * Long.SIZE && !isEmpty(slot)) {
      sets[slot * words + number / Long.SIZE] &= ~(1L << number);
      if (isEmpty(slot)) {
        size--;
        close(slot);
      }
    }
  }

  /// It holds nothing. O(size).
  void removeEverywhere(int number) {
    if (number < words * Long.SIZE) {
      for (int at = number / Long.SIZE; at < sets.length; at += words) {
        sets[at] &= ~(1L << number);
      }
      rehash(hashes.length, words);
    }
  }

  /// Which of these hold it.
  ///
  /// @param word of the numbers from 64 times that
  /// @param wanted bits of them
  long among(long hash, int word, long wanted) {
    return word < words ? sets[slot(hash) * words + word] & wanted : 0;
  }

  /// Where a hash is, or the empty slot where it would be.
  private int slot(long hash) {
    int slot = home(hash);
    while (hashes[slot] != hash && !isEmpty(slot)) {
      slot = next(slot);
    }
    return slot;
  }

  private boolean isEmpty(int slot) {
    for (int word = 0; word < words; word++) {
      if (sets[slot * words + word] != 0) {
        return false;
      }
    }
    return true;
  }

  /// Moves up what follows an emptied slot, where it would be cut off from its home.
  private void close(int emptied) {
    int hole = emptied;
    int mask = hashes.length - 1;
    for (int at = next(hole); !isEmpty(at); at = next(at)) {
      if (((at - home(hashes[at])) & mask) >= ((at - hole) & mask)) {
        hashes[hole] = hashes[at];
        System.arraycopy(sets, at * words, sets, hole * words, words);
        hole = at;
      }
    }
    Arrays.fill(sets, hole * words, (hole + 1) * words, 0);
  }

  private void rehash(int slots, int wordsEach) {
    var hashesBefore = hashes;
    var setsBefore = sets;
    int wordsBefore = words;
    hashes = new long[slots];
    sets = new long[slots * wordsEach];
    words = wordsEach;
    size = 0;
    for (int at = 0; at < hashesBefore.length; at++) {
      int from = at * wordsBefore;
      for (int word = 0; word < wordsBefore; word++) {
        if (setsBefore[from + word] != 0) {
          int slot = slot(hashesBefore[at]);
          hashes[slot] = hashesBefore[at];
          System.arraycopy(setsBefore, from, sets, slot * words, wordsBefore);
          size++;
          break;
        }
      }
    }
  }

  private int home(long hash) {
    return (int) ((hash * 0x9E3779B97F4A7C15L) >>> 32) & (hashes.length - 1);
  }

  private int next(int slot) {
    return (slot + 1) & (hashes.length - 1);
  }
}
