package dev.troupe.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.engine.EngineId;
import dev.troupe.program.PrefixChain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Boundaries lie 100 tokens apart.
class PrefixDirectoryTest {

  private static final EngineId EAST = new EngineId("east");
  private static final EngineId WEST = new EngineId("west");

  private final PrefixDirectory directory = new PrefixDirectory();

  @Test
  void tellsTheDeepestBoundaryThatEachEngineHolds() {
    directory.changed(EAST, List.of(1L, 2L), List.of());
    directory.changed(WEST, List.of(1L), List.of());
    var prompt = prompt(1, 2, 3);

    directory.update(prompt);

    assertThat(deepest(prompt, EAST)).isEqualTo(1);
    assertThat(deepest(prompt, WEST)).isZero();
    assertThat(prompt.tokens(1)).isEqualTo(200);
    assertThat(prompt.tokens(HeldPrompt.NONE)).isZero();
  }

  @Test
  void bringsAPromptUpToDateWithWhatCachesGainAndLose() {
    var prompt = prompt(1, 2, 3);
    directory.update(prompt);
    assertThat(deepest(prompt, EAST)).isEqualTo(HeldPrompt.NONE);

    directory.changed(EAST, List.of(1L, 2L, 3L), List.of());
    directory.update(prompt);
    assertThat(deepest(prompt, EAST)).isEqualTo(2);

    directory.changed(EAST, List.of(9L), List.of(3L));
    directory.update(prompt);
    assertThat(deepest(prompt, EAST)).isEqualTo(1);

    // A cache that evicts otherwise may lose the beginning first.
    directory.changed(EAST, List.of(), List.of(1L));
    directory.update(prompt);
    assertThat(deepest(prompt, EAST)).isEqualTo(1);
  }

  @Test
  void anEngineThatTakesTheNumberOfAnotherHoldsNothingOfItsCache() {
    var prompt = prompt(1);
    directory.changed(EAST, List.of(1L), List.of());
    directory.update(prompt);

    directory.removed(EAST);
    directory.update(prompt);

    assertThat(directory.number(WEST)).isZero();
    assertThat(deepest(prompt, WEST)).isEqualTo(HeldPrompt.NONE);
  }

  /// Against a map of sets, with prompts that are brought up to date at different times.
  @ParameterizedTest
  @CsvSource({"1, 3, 12", "2, 70, 12", "3, 4, 300"})
  void knowsAtAnyTimeWhatALookUpOfEachBoundaryFinds(long seed, int engines, int hashes) {
    var random = new Random(seed);
    var expected = new HashMap<EngineId, Set<Long>>();
    var prompts = new ArrayList<HeldPrompt>();
    for (int step = 0; step < 3_000; step++) {
      var engine = new EngineId("engine-" + random.nextInt(engines));
      var holds = expected.computeIfAbsent(engine, _ -> new HashSet<>());
      if (random.nextInt(200) == 0) {
        directory.removed(engine);
        expected.remove(engine);
      } else {
        var gained = some(random, hashes);
        var lost = some(random, hashes);
        directory.changed(engine, gained, lost);
        lost.forEach(holds::remove);
        holds.addAll(gained);
      }
      if (prompts.size() < 20 || random.nextInt(10) == 0) {
        prompts.add(prompt(random.longs(8, 0, hashes).toArray()));
      }
      var prompt = prompts.get(random.nextInt(prompts.size()));
      directory.update(prompt);
      assertIsAs(expected, prompt);
    }
  }

  private void assertIsAs(Map<EngineId, Set<Long>> expected, HeldPrompt prompt) {
    expected.forEach((engine, holds) -> {
      int found = HeldPrompt.NONE;
      for (int index = 0; index < prompt.chain().length(); index++) {
        found = holds.contains(prompt.chain().hash(index)) ? index : found;
      }
      assertThat(deepest(prompt, engine)).isEqualTo(found);
    });
  }

  private static List<Long> some(Random random, int hashes) {
    return random.longs(random.nextInt(4), 0, hashes).boxed().toList();
  }

  private int deepest(HeldPrompt prompt, EngineId engine) {
    return prompt.deepest(directory.number(engine));
  }

  private static HeldPrompt prompt(long... hashes) {
    var tokens = new int[hashes.length];
    for (int at = 0; at < tokens.length; at++) {
      tokens[at] = 100 * (at + 1);
    }
    return new HeldPrompt(new PrefixChain(hashes, tokens));
  }
}
