package dev.troupe.simulation.physics;

import java.util.Arrays;

/// A map from long keys to ints at least 0, without boxes: open addressing, linear probing.
final class PageTable {

  static final int ABSENT = -1;

  private long[] keys = new long[64];
  private int[] values = filled(64);
  private int size;

  int get(long key) {
    int at = home(key);
    while (values[at] != ABSENT && keys[at] != key) {
      at = next(at);
    }
    return values[at];
  }

  /// The key must be absent.
  void put(long key, int value) {
    if (2 * ++size > values.length) {
      grow();
    }
    insert(key, value);
  }

  /// The key must be present.
  void remove(long key) {
    int hole = home(key);
    while (keys[hole] != key || values[hole] == ABSENT) {
      hole = next(hole);
    }
    size--;
    // What follows moves up where the hole would cut it off from its home.
    for (int at = next(hole); values[at] != ABSENT; at = next(at)) {
      if (((at - home(keys[at])) & (values.length - 1)) >= ((at - hole) & (values.length - 1))) {
        keys[hole] = keys[at];
        values[hole] = values[at];
        hole = at;
      }
    }
    values[hole] = ABSENT;
  }

  private void grow() {
    var oldKeys = keys;
    var oldValues = values;
    keys = new long[2 * oldKeys.length];
    values = filled(2 * oldValues.length);
    for (int at = 0; at < oldValues.length; at++) {
      if (oldValues[at] != ABSENT) {
        insert(oldKeys[at], oldValues[at]);
      }
    }
  }

  private void insert(long key, int value) {
    int at = home(key);
    while (values[at] != ABSENT) {
      at = next(at);
    }
    keys[at] = key;
    values[at] = value;
  }

  private int home(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32) & (values.length - 1);
  }

  private int next(int at) {
    return (at + 1) & (values.length - 1);
  }

  private static int[] filled(int length) {
    var values = new int[length];
    Arrays.fill(values, ABSENT);
    return values;
  }
}
