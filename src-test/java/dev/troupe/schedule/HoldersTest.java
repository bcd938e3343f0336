package dev.troupe.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoldersTest {

  private final Holders holders = new Holders();

  @Test
  void knowsWhoHoldsWhat() {
    holders.add(7, 0);
    holders.add(7, 3);
    holders.add(8, 3);

    assertThat(holders.among(7, 0, ~0L)).isEqualTo(0b1001);
    assertThat(holders.among(7, 0, 0b0001)).isEqualTo(0b0001);
    assertThat(holders.among(9, 0, ~0L)).isZero();
    holders.remove(7, 0);
    assertThat(holders.among(7, 0, ~0L)).isEqualTo(0b1000);
    holders.removeEverywhere(3);
    assertThat(holders.size()).isZero();
  }

  @Test
  void growsWithTheNumbers() {
    holders.add(7, 1);
    holders.add(7, 200);

    assertThat(holders.among(7, 0, ~0L)).isEqualTo(0b10);
    assertThat(holders.among(7, 3, ~0L)).isEqualTo(1L << (200 - 192));
    assertThat(holders.among(7, 9, ~0L)).isZero();
  }

  /// Against a map of sets: neighbouring hashes, hashes that differ in high bits alone, and 0.
  @ParameterizedTest
  @CsvSource({"1, 4, 1", "2, 70, 1", "3, 4, 72057594037927936", "4, 130, 4294967296"})
  void doesWhatAMapOfSetsDoes(long seed, int engines, long stride) {
    var random = new Random(seed);
    var expected = new HashMap<Long, BitSet>();
    for (int step = 0; step < 20_000; step++) {
      long hash = random.nextInt(300) * stride;
      int engine = random.nextInt(engines);
      switch (random.nextInt(step % 2_000 == 0 ? 3 : 2)) {
        case 0 -> {
          holders.add(hash, engine);
          expected.computeIfAbsent(hash, _ -> new BitSet()).set(engine);
        }
        case 1 -> {
          holders.remove(hash, engine);
          expected.getOrDefault(hash, new BitSet()).clear(engine);
        }
        default -> {
          holders.removeEverywhere(engine);
          expected.values().forEach(set -> set.clear(engine));
        }
      }
      expected.values().removeIf(BitSet::isEmpty);
      if (step % 50 == 0) {
        assertSame(expected, engines, stride);
      }
    }
  }

  private void assertSame(Map<Long, BitSet> expected, int engines, long stride) {
    assertThat(holders.size()).isEqualTo(expected.size());
    for (long at = 0; at < 300; at++) {
      var set = expected.getOrDefault(at * stride, new BitSet());
      for (int engine = 0; engine < engines; engine++) {
        boolean isHeld = holders.among(at * stride, engine / Long.SIZE, 1L << engine) != 0;
        assertThat(isHeld).isEqualTo(set.get(engine));
      }
    }
  }
}
