package dev.troupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.PrefixIndex.Delta;
import dev.troupe.program.PrefixChain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Boundaries lie 100 tokens apart.
class PrefixIndexTest {

  @Test
  void expectsTheDeepestCommonBeginning() {
    var index = new PrefixIndex(1000);
    index.touch(chain(1, 2, 3));

    assertThat(index.match(chain(1, 2, 3))).isEqualTo(300);
    assertThat(index.match(chain(1, 2, 3, 4))).isEqualTo(300);
    assertThat(index.match(chain(1, 2, 9))).isEqualTo(200);
    assertThat(index.match(chain(9))).isZero();
    assertThat(index.match(PrefixChain.EMPTY)).isZero();
  }

  @Test
  void knowsAllOfACacheThatItSawBeginOrFillUp() {
    var index = new PrefixIndex(400);
    assertThat(index.isComplete()).isFalse();

    index.touch(chain(1, 2, 3, 4));
    assertThat(index.isComplete()).isFalse();
    index.touch(chain(5));
    assertThat(index.isComplete()).isTrue();

    var restarted = new PrefixIndex(400);
    restarted.forgetAll();
    assertThat(restarted.isComplete()).isTrue();
  }

  @Test
  void saysOnlyWhatIsNew() {
    var index = new PrefixIndex(1000);

    assertThat(index.touch(chain(1, 2)).gained()).containsExactlyInAnyOrder(1L, 2L);
    assertThat(index.touch(chain(1, 2, 3)).gained()).containsExactly(3L);
    assertThat(index.touch(chain(1, 2, 3)).isEmpty()).isTrue();
  }

  @Test
  void losesTheLeastRecentlyUsedBeginnings() {
    var index = new PrefixIndex(400);
    index.touch(chain(1, 2));
    index.touch(chain(3, 4));
    index.touch(chain(1));

    // 500 tokens are one too many: of those not used since, the deepest of the oldest chain goes.
    var delta = index.touch(chain(5));

    assertThat(delta.gained()).containsExactly(5L);
    assertThat(delta.lost()).containsExactly(2L);
    assertThat(index.match(chain(1, 2))).isEqualTo(100);
    assertThat(index.match(chain(3, 4))).isEqualTo(200);
  }

  @Test
  void keepsTheBeginningOfAPromptThatIsLongerThanTheCache() {
    var index = new PrefixIndex(200);

    var delta = index.touch(chain(1, 2, 3));

    assertThat(delta.gained()).containsExactlyInAnyOrder(1L, 2L);
    assertThat(delta.lost()).isEmpty();
    assertThat(index.match(chain(1, 2, 3))).isEqualTo(200);
  }

  @Test
  void losesWhatASmallerCacheDoesNotHold() {
    var index = new PrefixIndex(1000);
    index.touch(chain(1, 2, 3));

    assertThat(index.resize(1000).isEmpty()).isTrue();
    assertThat(index.resize(100).lost()).containsExactly(3L, 2L);
  }

  @Test
  void forgetsEverythingWhenTheEngineRestarts() {
    var index = new PrefixIndex(1000);
    index.touch(chain(1, 2));

    assertThat(index.forgetAll().lost()).containsExactlyInAnyOrder(1L, 2L);
    assertThat(index.match(chain(1, 2))).isZero();
    assertThat(index.touch(chain(1)).gained()).containsExactly(1L);
  }

  @Test
  void tellsEveryChangeToThoseWhoFollowIt() {
    // A follower that only hears the deltas knows after each of 20,000 steps what the index holds.
    var random = new Random(5);
    var index = new PrefixIndex(2000);
    var follower = new HashSet<Long>();
    for (int step = 0; step < 20_000; step++) {
      int conversation = random.nextInt(8);
      int turns = 1 + random.nextInt(6);
      apply(
          step % 997 == 0 ? index.forgetAll() : index.touch(turns(conversation, turns)), follower);

      assertThat(follower.size()).isLessThanOrEqualTo(20);
      var probe = turns(random.nextInt(8), 6);
      int known = 0;
      for (int at = 0; at < probe.length(); at++) {
        known = follower.contains(probe.hash(at)) ? probe.tokens(at) : known;
      }
      assertThat(index.match(probe)).isEqualTo(known);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void saysWhatACacheWouldThatIsLookedThroughEachTime(long seed) {
    // Prompts are longer than the cache, shorter, and without tokens between boundaries.
    var random = new Random(seed);
    var index = new PrefixIndex(300);
    var plain = new PlainCache(300);
    for (int step = 0; step < 5_000; step++) {
      int what = random.nextInt(20);
      int capacity = random.nextInt(2_000);
      var prompt = prompt(random);
      if (what == 0) {
        assertThat(index.forgetAll()).isEqualTo(plain.forgetAll());
      } else if (what == 1) {
        assertThat(index.resize(capacity)).isEqualTo(plain.resize(capacity));
      } else {
        assertThat(index.touch(prompt)).isEqualTo(plain.touch(prompt));
      }
      assertThat(index.contents()).isEqualTo(List.copyOf(plain.hashes));
    }
  }

  /// A beginning that it shares with others, and an end of its own or another's.
  private static PrefixChain prompt(Random random) {
    int shared = random.nextInt(6);
    int own = random.nextInt(12);
    int kind = random.nextInt(20);
    var hashes = new long[shared + own];
    var tokens = new int[shared + own];
    for (int at = 0; at < hashes.length; at++) {
      hashes[at] = at < shared ? at : 1_000 * (1 + kind) + at;
      tokens[at] = (at == 0 ? 0 : tokens[at - 1]) + random.nextInt(150);
    }
    return new PrefixChain(hashes, tokens);
  }

  /// The same cache in the plainest way: hashes in the order of use, least recent first.
  private static final class PlainCache {

    private final List<Long> hashes = new ArrayList<>();
    private final Map<Long, Integer> tokens = new HashMap<>();
    private long capacityTokens;

    PlainCache(long capacityTokens) {
      this.capacityTokens = capacityTokens;
    }

    Delta touch(PrefixChain prompt) {
      var before = List.copyOf(hashes);
      for (int at = prompt.length() - 1; at >= 0; at--) {
        if (!hashes.remove((Long) prompt.hash(at))) {
          int shallower = at == 0 ? 0 : prompt.tokens(at - 1);
          tokens.put(prompt.hash(at), prompt.tokens(at) - shallower);
        }
        hashes.add(prompt.hash(at));
      }
      return evicted(before);
    }

    Delta resize(long capacity) {
      capacityTokens = capacity;
      return evicted(List.copyOf(hashes));
    }

    Delta forgetAll() {
      var lost = List.copyOf(hashes);
      hashes.clear();
      return new Delta(List.of(), lost);
    }

    private Delta evicted(List<Long> before) {
      var lost = new ArrayList<Long>();
      while (hashes.stream().mapToInt(tokens::get).sum() > capacityTokens) {
        lost.add(hashes.removeFirst());
      }
      lost.retainAll(before);
      return new Delta(hashes.stream().filter(hash -> !before.contains(hash)).toList(), lost);
    }
  }

  private static void apply(Delta delta, HashSet<Long> follower) {
    for (var gained : delta.gained()) {
      assertThat(follower.add(gained)).isTrue();
    }
    for (var lost : delta.lost()) {
      assertThat(follower.remove(lost)).isTrue();
    }
  }

  private static PrefixChain turns(int conversation, int turns) {
    var hashes = new long[turns];
    for (int turn = 0; turn < turns; turn++) {
      // All conversations share their first boundary.
      hashes[turn] = turn == 0 ? 1 : conversation * 100L + turn;
    }
    return chain(hashes);
  }

  private static PrefixChain chain(long... hashes) {
    var tokens = new int[hashes.length];
    for (int at = 0; at < tokens.length; at++) {
      tokens[at] = 100 * (at + 1);
    }
    return new PrefixChain(hashes, tokens);
  }
}
