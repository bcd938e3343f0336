package dev.troupe.gateway;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.troupe.program.CallEnd.Answer;
import dev.troupe.program.Tenant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What this node has relayed of text completions. A prompt follows the longest earlier one that it
/// begins with, and of equal ones that whose answer comes next.
///
/// Prompts under [#SHORTEST] bytes are followed by none: too many begin alike. Soft, keyed by tenant
/// and safe for many threads, as [ConversationIndex] is. Cost: O(length ÷ block) hash look-ups, and
/// one short hash for each earlier prompt that ends in the block where this one still agrees.
final class PromptIndex {

  static final int SHORTEST = 64;

  private final Remembered<Key, Earlier> prompts;
  private final Continuations continuations;

  /// @param hash of the beginning up to the last whole block, or of the first bytes of a prompt
  ///     without one
  private record Key(Tenant tenant, int blocks, long hash) {}

  /// @param tailHash of what follows the last whole block
  private record Earlier(Turn turn, int length, long tailHash, Answer answer) {}

  PromptIndex(IdentitySettings settings, Ticker ticker, Continuations continuations) {
    this.prompts = new Remembered<>(settings, ticker);
    this.continuations = continuations;
  }

  /// Keeps a prompt as soon as it is known which call it is, and again with what was answered.
  void relayed(Turn turn, Prompt prompt, Answer answer) {
    if (prompt.length() < SHORTEST) {
      return;
    }
    int blocks = prompt.blocks();
    long tail = prompt.hash(boundary(blocks), prompt.length());
    prompts.add(
        key(turn.program().tenant(), prompt, blocks),
        new Earlier(turn, prompt.length(), tail, answer),
        before -> before.turn().call().equals(turn.call()));
  }

  /// The call that a prompt follows.
  Optional<Turn> find(Tenant tenant, Prompt prompt) {
    if (prompt.length() < SHORTEST) {
      return Optional.empty();
    }
    return IntStream.iterate(prompt.blocks(), blocks -> blocks >= 0, blocks -> blocks - 1)
        .mapToObj(blocks -> longest(prompt, blocks, prompts.of(key(tenant, prompt, blocks))))
        .filter(equal -> !equal.isEmpty())
        .findFirst()
        .map(equal -> choose(prompt, equal));
  }

  /// The longest of the earlier prompts that this one begins with; several are equal.
  private static List<Earlier> longest(Prompt prompt, int blocks, List<Earlier> earlier) {
    int boundary = boundary(blocks);
    return earlier.stream()
        .filter(known -> known.length() < prompt.length())
        .filter(known -> prompt.hash(boundary, known.length()) == known.tailHash())
        .collect(Collectors.groupingBy(Earlier::length, TreeMap::new, Collectors.toList()))
        .descendingMap()
        .values()
        .stream()
        .findFirst()
        .orElse(List.of());
  }

  private Turn choose(Prompt prompt, List<Earlier> equal) {
    var answered = equal.stream().filter(known -> isAnswered(prompt, known)).toList();
    return continuations.choose(
        (answered.isEmpty() ? equal : answered).stream().map(Earlier::turn).toList());
  }

  /// Whether the answer to the earlier prompt comes next in this one.
  private static boolean isAnswered(Prompt prompt, Earlier known) {
    int characters = known.answer().textLength();
    return characters > 0
        && prompt
            .textHash(known.length(), characters)
            .equals(OptionalLong.of(known.answer().textHash()));
  }

  private static int boundary(int blocks) {
    return blocks == 0 ? SHORTEST : blocks * Prompt.BLOCK_BYTES;
  }

  private static Key key(Tenant tenant, Prompt prompt, int blocks) {
    long hash = blocks == 0 ? prompt.hash(0, SHORTEST) : prompt.blockHash(blocks - 1);
    return new Key(tenant, blocks, hash);
  }
}
