package dev.troupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashesByUseTest {

  private final HashesByUse hashes = new HashesByUse();

  @Test
  void theHashThatWasNotUsedForLongestLeavesFirst() {
    hashes.add(1, 10);
    hashes.add(2, 20);

    assertThat(hashes.use(1)).isTrue();
    assertThat(hashes.use(3)).isFalse();

    assertThat(inOrder()).containsExactly(2L, 1L);
    assertThat(hashes.oldest()).isEqualTo(2);
    assertThat(hashes.removeOldest()).isEqualTo(20);
    assertThat(hashes.contains(2)).isFalse();
    assertThat(hashes.contains(1)).isTrue();
  }

  @Test
  void canBeFilledAgainOnceItWasCleared() {
    hashes.add(1, 10);
    hashes.clear();
    hashes.add(1, 30);

    assertThat(inOrder()).containsExactly(1L);
    assertThat(hashes.removeOldest()).isEqualTo(30);
  }

  /// Against a map in order of access: neighbouring hashes, and such as differ in high bits alone.
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 4294967296", "3, 72057594037927936"})
  void doesWhatAMapInOrderOfAccessDoes(long seed, long stride) {
    var random = new Random(seed);
    var expected = new LinkedHashMap<Long, Integer>(16, 0.75f, true);
    for (int step = 0; step < 20_000; step++) {
      long hash = random.nextInt(200) * stride;
      if (random.nextInt(3) > 0) {
        assertThat(hashes.use(hash)).isEqualTo(expected.get(hash) != null);
        if (expected.putIfAbsent(hash, step) == null) {
          hashes.add(hash, step);
        }
      } else if (!expected.isEmpty()) {
        assertThat(hashes.removeOldest()).isEqualTo(expected.pollFirstEntry().getValue());
      }
      assertThat(hashes.size()).isEqualTo(expected.size());
      assertThat(hashes.contains(hash)).isEqualTo(expected.containsKey(hash));
      if (step % 100 == 0) {
        assertThat(inOrder()).containsExactlyElementsOf(expected.keySet());
      }
    }
  }

  private List<Long> inOrder() {
    var order = new ArrayList<Long>();
    hashes.forEach(order::add);
    return order;
  }
}
