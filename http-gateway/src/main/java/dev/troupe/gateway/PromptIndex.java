package dev.troupe.gateway;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.troupe.program.CallEnd.Answer;
import dev.troupe.program.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What gateways have relayed of text completions. A prompt follows the longest earlier one that it
/// begins with, and of equal ones that whose answer comes next. What this one relays it tells the
/// others.
///
/// Prompts under [#SHORTEST] bytes are followed by none: too many begin alike. Soft, keyed by tenant
/// and safe for many threads, as [ConversationIndex] is. Cost: O(length ÷ block) hash look-ups, and
/// one short hash for each earlier prompt that ends in the block where this one still agrees.
final class PromptIndex {

  static final int SHORTEST = 64;

  private final Remembered<Key, PromptTrace> prompts;
  private final Continuations continuations;
  private final OtherGateways others;

  /// @param hash of the beginning up to the last whole block, or of the first bytes of a prompt
  ///     without one
  private record Key(Tenant tenant, int blocks, long hash) {}

  PromptIndex(
      IdentitySettings settings, Ticker ticker, Continuations continuations, OtherGateways others) {
    this.prompts = new Remembered<>(settings, ticker);
    this.continuations = continuations;
    this.others = others;
  }

  /// Keeps a prompt as soon as it is known which call it is, and again with what was answered.
  void relayed(Turn turn, Prompt prompt, Answer answer) {
    if (prompt.length() < SHORTEST) {
      return;
    }
    int blocks = prompt.blocks();
    var trace =
        new PromptTrace(
            turn,
            blocks,
            beginning(prompt, blocks),
            prompt.length(),
            prompt.hash(boundary(blocks), prompt.length()),
            answer.textHash(),
            answer.textLength());
    remember(trace);
    others.tell(new Note.OfPrompt(trace));
  }

  /// Remembers a prompt that another gateway has relayed.
  void learn(PromptTrace told) {
    remember(told.withTurn(told.turn().told()));
  }

  /// All that is remembered, oldest first, for a gateway that has just come.
  Stream<Note> recall() {
    var notes = new ArrayList<Note>();
    prompts.forEachLatest((_, trace) -> notes.add(new Note.OfPrompt(trace)));
    return notes.reversed().stream();
  }

  private void remember(PromptTrace trace) {
    var turn = trace.turn();
    var key = new Key(turn.program().tenant(), trace.blocks(), trace.hash());
    if (!turn.isTold()
        || prompts.of(key).stream().map(PromptTrace::turn).noneMatch(turn::isOldOf)) {
      prompts.add(key, trace, before -> before.turn().call().equals(turn.call()));
    }
  }

  /// The call that a prompt follows.
  Optional<Turn> find(Tenant tenant, Prompt prompt) {
    return Optional.of(longest(tenant, prompt))
        .filter(equal -> !equal.isEmpty())
        .map(equal -> choose(prompt, equal));
  }

  /// Whether a prompt begins with that of a call of another gateway, which has told of the call, but
  /// not of its answer yet.
  boolean isAnswerOnItsWay(Tenant tenant, Prompt prompt) {
    var equal = longest(tenant, prompt);
    return equal.stream().noneMatch(known -> isAnswered(prompt, known))
        && equal.stream()
            .map(PromptTrace::turn)
            .anyMatch(turn -> turn.isTold() && !turn.isRelayed());
  }

  private List<PromptTrace> longest(Tenant tenant, Prompt prompt) {
    if (prompt.length() < SHORTEST) {
      return List.of();
    }
    return IntStream.iterate(prompt.blocks(), blocks -> blocks >= 0, blocks -> blocks - 1)
        .mapToObj(blocks -> longest(prompt, blocks, prompts.of(key(tenant, prompt, blocks))))
        .filter(equal -> !equal.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /// The longest of the earlier prompts that this one begins with; several are equal.
  private static List<PromptTrace> longest(Prompt prompt, int blocks, List<PromptTrace> earlier) {
    int boundary = boundary(blocks);
    return earlier.stream()
        .filter(known -> known.length() < prompt.length())
        .filter(known -> prompt.hash(boundary, known.length()) == known.tailHash())
        .collect(Collectors.groupingBy(PromptTrace::length, TreeMap::new, Collectors.toList()))
        .descendingMap()
        .values()
        .stream()
        .findFirst()
        .orElse(List.of());
  }

  private Turn choose(Prompt prompt, List<PromptTrace> equal) {
    var answered = equal.stream().filter(known -> isAnswered(prompt, known)).toList();
    return continuations.choose(
        (answered.isEmpty() ? equal : answered).stream().map(PromptTrace::turn).toList());
  }

  /// Whether the answer to the earlier prompt comes next in this one.
  private static boolean isAnswered(Prompt prompt, PromptTrace known) {
    int characters = known.answerLength();
    return characters > 0
        && prompt.textHash(known.length(), characters).equals(OptionalLong.of(known.answerHash()));
  }

  private static int boundary(int blocks) {
    return blocks == 0 ? SHORTEST : blocks * Prompt.BLOCK_BYTES;
  }

  private static Key key(Tenant tenant, Prompt prompt, int blocks) {
    return new Key(tenant, blocks, beginning(prompt, blocks));
  }

  private static long beginning(Prompt prompt, int blocks) {
    return blocks == 0 ? prompt.hash(0, SHORTEST) : prompt.blockHash(blocks - 1);
  }
}
