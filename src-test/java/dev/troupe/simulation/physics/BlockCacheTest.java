package dev.troupe.simulation.physics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.simulation.workload.BlockRuns;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockCacheTest {

  private static final int UNITS = 4;

  private final BlockCache cache = new BlockCache();

  @Test
  void theBeginningOfAPromptOutlivesWhatFollowsIt() {
    var prompt = run(10, 3);
    cache.use(prompt, 0, 3, UNITS);
    cache.release(prompt, 3);

    cache.evictOldest();

    assertThat(cache.hits(prompt, 3)).isEqualTo(2);
    assertThat(cache.idleUnits()).isEqualTo(8);
    assertThat(cache.heldUnits()).isEqualTo(8);
  }

  @Test
  void whatOneCallUsesOfAPromptStaysWhenTheRestLeaves() {
    var prompt = run(10, 4);
    cache.keep(prompt, 0, 4, UNITS);
    cache.use(prompt, 0, 2, UNITS);
    assertThat(cache.idleUnits(prompt, 4)).isEqualTo(8);

    cache.evictOldest();
    cache.evictOldest();

    assertThat(cache.hits(prompt, 4)).isEqualTo(2);
    assertThat(cache.idleUnits()).isZero();
    assertThat(cache.usedUnits()).isEqualTo(8);
  }

  @Test
  void whatIsUsedAgainLeavesLast() {
    cache.keep(run(10, 1), 0, 1, UNITS);
    cache.keep(run(20, 1), 0, 1, UNITS);
    cache.keep(run(10, 1), 0, 1, UNITS);

    cache.evictOldest();

    assertThat(cache.hits(run(10, 1), 1)).isOne();
    assertThat(cache.hits(run(20, 1), 1)).isZero();
  }

  @Test
  void whatIsPinnedIsNotIdle() {
    cache.keep(run(10, 2), 0, 2, UNITS);
    cache.pin(run(10, 2), 1);
    assertThat(cache.idleUnits()).isEqualTo(4);
    cache.evictOldest();
    assertThat(cache.hits(run(10, 2), 2)).isOne();

    cache.unpin(run(10, 2), 1);

    assertThat(cache.idleUnits()).isEqualTo(4);
  }

  /// Against blocks that are kept one by one. Prompts of few ids overlap in every way, also in such
  /// as no prompts that share beginnings would.
  @ParameterizedTest
  @CsvSource({"1, 30", "2, 100", "3, 400"})
  void doesWithRangesWhatIsDoneWithEachBlock(long seed, int ids) {
    var random = new Random(seed);
    var expected = new BlockByBlock();
    Deque<BlockRuns> used = new ArrayDeque<>();
    Deque<BlockRuns> pinned = new ArrayDeque<>();
    for (int step = 0; step < 5_000; step++) {
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          var prompt = prompt(random, ids);
          int half = random.nextInt(prompt.length() + 1);
          cache.use(prompt, 0, half, UNITS);
          cache.use(prompt, half, prompt.length(), UNITS);
          expected.use(prompt);
          used.add(prompt);
        }
        case 2 -> {
          if (!used.isEmpty()) {
            var prompt = used.remove();
            cache.release(prompt, prompt.length());
            expected.release(prompt);
          }
        }
        case 3 -> {
          var prompt = prompt(random, ids);
          int from = random.nextInt(prompt.length() + 1);
          cache.keep(prompt, from, prompt.length(), UNITS);
          expected.keep(prompt, from);
        }
        case 4 -> {
          var prompt = prompt(random, ids);
          var here = prompt.beginning(cache.hits(prompt, prompt.length()));
          if (pinned.size() < 5) {
            cache.pin(prompt, here.length());
            expected.pin(here);
            pinned.add(here);
          } else {
            expected.unpin(pinned.element());
            cache.unpin(pinned.element(), pinned.remove().length());
          }
        }
        default -> {
          for (int left = random.nextInt(4); left > 0 && !expected.idle.isEmpty(); left--) {
            cache.evictOldest();
            expected.evictOldest();
          }
        }
      }
      assertIsAs(expected, prompt(random, ids));
    }
  }

  private void assertIsAs(BlockByBlock expected, BlockRuns prompt) {
    assertThat(cache.heldUnits()).isEqualTo((long) UNITS * expected.users.size());
    assertThat(cache.idleUnits()).isEqualTo((long) UNITS * expected.idle.size());
    assertThat(cache.usedUnits()).isEqualTo((long) UNITS * expected.used());
    int hits = cache.hits(prompt, prompt.length());
    assertThat(hits).isEqualTo(expected.hits(prompt));
    assertThat(cache.hits(prompt, hits / 2)).isEqualTo(hits / 2);
    assertThat(cache.idleUnits(prompt, hits)).isEqualTo((long) UNITS * expected.idle(prompt, hits));
  }

  /// Runs of distinct ids: a prompt has a block once.
  private static BlockRuns prompt(Random random, int ids) {
    int parts = 1 + random.nextInt(3);
    var firsts = new long[parts];
    var counts = new int[parts];
    for (int part = 0; part < parts; part++) {
      firsts[part] = (long) part * ids + random.nextInt(ids / 2);
      counts[part] = 1 + random.nextInt(ids / 2);
    }
    return new BlockRuns(firsts, counts);
  }

  private static BlockRuns run(long first, int count) {
    return new BlockRuns(new long[] {first}, new int[] {count});
  }

  /// The same, as simply as can be.
  private static final class BlockByBlock {

    private final Map<Long, Integer> users = new HashMap<>();
    private final Map<Long, Integer> pins = new HashMap<>();
    private final LinkedHashSet<Long> idle = new LinkedHashSet<>();

    void use(BlockRuns blocks) {
      for (long id : blocks.ids()) {
        users.merge(id, 1, Integer::sum);
        idle.remove(id);
      }
    }

    void release(BlockRuns blocks) {
      for (long id : deepestFirst(blocks, 0)) {
        users.merge(id, -1, Integer::sum);
        idleAgain(id);
      }
    }

    void keep(BlockRuns blocks, int from) {
      for (long id : deepestFirst(blocks, from)) {
        users.putIfAbsent(id, 0);
        idle.remove(id);
        idleAgain(id);
      }
    }

    void pin(BlockRuns blocks) {
      for (long id : blocks.ids()) {
        pins.merge(id, 1, Integer::sum);
        idle.remove(id);
      }
    }

    void unpin(BlockRuns blocks) {
      for (long id : deepestFirst(blocks, 0)) {
        pins.merge(id, -1, Integer::sum);
        idleAgain(id);
      }
    }

    void evictOldest() {
      users.remove(idle.removeFirst());
    }

    int hits(BlockRuns blocks) {
      return (int) Arrays.stream(blocks.ids()).takeWhile(users::containsKey).count();
    }

    long idle(BlockRuns blocks, int count) {
      return Arrays.stream(blocks.ids()).limit(count).filter(idle::contains).count();
    }

    long used() {
      return users.values().stream().filter(count -> count > 0).count();
    }

    private void idleAgain(long id) {
      if (users.getOrDefault(id, 0) == 0 && pins.getOrDefault(id, 0) == 0) {
        idle.add(id);
      }
    }

    private static long[] deepestFirst(BlockRuns blocks, int from) {
      var ids = blocks.ids();
      return IntStream.range(from, ids.length)
          .mapToLong(at -> ids[ids.length - 1 - (at - from)])
          .toArray();
    }
  }
}
