package dev.troupe.simulation.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.simulation.physics.EngineModel.Demand;
import dev.troupe.simulation.physics.EngineModel.Listener;
import dev.troupe.simulation.workload.BlockRuns;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Hand-reckoned cases: unless said otherwise a step takes 10 ms and 1 ms for each token beyond the
/// tenth, and nothing for contexts.
class EngineModelTest {

  private static final long MILLI = 1_000_000;

  private final Heard heard = new Heard();

  private static final class Heard implements Listener<String> {
    private final Map<String, Long> begun = new LinkedHashMap<>();
    private final Map<String, Long> ended = new LinkedHashMap<>();
    private final Map<String, Integer> cached = new HashMap<>();

    @Override
    public void began(String call, int cachedTokens, long atNanos) {
      assertThat(begun.put(call, atNanos)).isNull();
      cached.put(call, cachedTokens);
    }

    @Override
    public void ended(String call, int cachedTokens, long atNanos) {
      assertThat(ended.put(call, atNanos)).isNull();
    }
  }

  @Test
  void makesATokenAStep() {
    var engine = engine(16_000, 2048, 256);

    engine.submit("a", demand(1, 5), 3 * MILLI);
    run(engine);

    assertThat(heard.begun).containsEntry("a", 3 * MILLI);
    assertThat(heard.ended).containsEntry("a", 53 * MILLI);
  }

  @Test
  void letsACallJoinAtTheNextStep() {
    var engine = engine(16_000, 2048, 256);

    engine.submit("a", demand(1, 5), 0);
    engine.advanceTo(12 * MILLI);
    engine.submit("b", demand(1, 1), 12 * MILLI);
    run(engine);

    assertThat(heard.begun).containsEntry("b", 20 * MILLI);
    assertThat(heard.ended).containsEntry("b", 30 * MILLI).containsEntry("a", 50 * MILLI);
  }

  @Test
  void servesDecodesFirstAndPromptsInChunks() {
    // Budget 30: beside a's decode, b's 70 tokens take chunks of 29, 29 and 12.
    var engine = engine(16_000, 30, 10);

    engine.submit("a", demand(1, 10), 0);
    engine.advanceTo(10 * MILLI);
    engine.submit("b", demand(70, 1), 10 * MILLI);
    run(engine);

    // It joins at the end of the step that has begun at 10. Three steps with b: 30, 30, 13 tokens.
    assertThat(heard.ended).containsEntry("b", (20 + 30 + 30 + 13) * MILLI);
    assertThat(heard.ended).containsEntry("a", (20 + 30 + 30 + 13 + 5 * 10) * MILLI);
  }

  @Test
  void runsNoMoreThanItsSequences() {
    var engine = engine(16_000, 2048, 1);

    engine.submit("a", demand(1, 2), 0);
    engine.submit("b", demand(1, 2), 0);
    run(engine);

    assertThat(heard.begun).containsEntry("b", 20 * MILLI);
  }

  @Test
  void sparesThePrefillOfWhatItsCacheHolds() {
    var engine = engine(16_000, 2048, 256);
    var blocks = new BlockRuns(new long[] {7}, new int[] {4});

    engine.submit("a", new Demand(64, 1, blocks, blocks, 16, 0), 0);
    engine.advanceTo(64 * MILLI);
    engine.submit("b", new Demand(100, 1, blocks, blocks, 16, 0), 64 * MILLI);
    run(engine);

    assertThat(heard.ended).containsEntry("a", 64 * MILLI);
    assertThat(heard.cached).containsEntry("b", 64);
    assertThat(heard.ended).containsEntry("b", (64 + 36) * MILLI);
  }

  @Test
  void computesAtLeastOneTokenOfAPrompt() {
    var engine = engine(16_000, 2048, 256);
    var blocks = new BlockRuns(new long[] {7}, new int[] {4});

    engine.submit("a", new Demand(64, 1, blocks, blocks, 16, 0), 0);
    engine.advanceTo(64 * MILLI);
    engine.submit("b", new Demand(64, 1, blocks, blocks, 16, 0), 64 * MILLI);
    run(engine);

    assertThat(heard.cached).containsEntry("b", 48);
  }

  @Test
  void holdsTheOutputForTheCallThatContinues() {
    var engine = engine(16_000, 2048, 256);
    var before = new BlockRuns(new long[] {7}, new int[] {2});
    var after = new BlockRuns(new long[] {7}, new int[] {4});

    engine.submit("a", new Demand(32, 40, before, after, 16, 0), 0);
    run(engine);

    assertThat(engine.cachedTokens(after, 16)).isEqualTo(64);
    assertThat(engine.kvTokensInUse()).isZero();
  }

  @Test
  void evictsTheEndsOfTheOldestPromptsFirst() {
    // 10 blocks: two prompts of four fit. The third takes three, and one for the token it makes.
    var engine = engine(160, 2048, 256);
    var first = new BlockRuns(new long[] {0}, new int[] {4});
    var second = new BlockRuns(new long[] {100}, new int[] {4});
    var third = new BlockRuns(new long[] {200}, new int[] {3});

    for (var blocks : List.of(first, second, third)) {
      engine.submit(
          "call" + blocks.first(0),
          new Demand(16 * blocks.length(), 1, blocks, blocks, 16, 0),
          heard.ended.size() * 1000 * MILLI);
      run(engine);
    }

    assertThat(engine.cachedTokens(first, 16)).isEqualTo(32);
    assertThat(engine.cachedTokens(second, 16)).isEqualTo(64);
  }

  @Test
  void keepsWhatIsPinned() {
    var engine = engine(160, 2048, 256);
    var first = new BlockRuns(new long[] {0}, new int[] {4});
    var second = new BlockRuns(new long[] {100}, new int[] {4});
    engine.submit("a", new Demand(64, 1, first, first, 16, 0), 0);
    run(engine);
    engine.submit("b", new Demand(64, 1, second, second, 16, 0), 1000 * MILLI);
    run(engine);

    engine.pin(first, 16);
    engine.submit("c", demand(90, 1), 2000 * MILLI);
    run(engine);

    assertThat(engine.cachedTokens(first, 16)).isEqualTo(64);
    assertThat(engine.cachedTokens(second, 16)).isLessThan(64);
  }

  @Test
  void letsPinsGiveWayToACallThatWouldFindNoMemoryEver() {
    var engine = engine(160, 2048, 256);
    var first = new BlockRuns(new long[] {0}, new int[] {4});
    engine.submit("a", new Demand(64, 1, first, first, 16, 0), 0);
    run(engine);
    engine.pin(first, 16);

    engine.submit("b", demand(150, 2), 1000 * MILLI);
    run(engine);

    assertThat(heard.ended).containsKey("b");
    engine.unpin(first, 16);
  }

  @Test
  void putsTheLatestBackWhenMemoryRunsOut() {
    // 10 blocks. Each prompt takes 4, and at the 65th token a fifth.
    var engine = engine(160, 2048, 256);

    engine.submit("a", demand(63, 40), 0);
    engine.submit("b", demand(63, 40), 0);
    run(engine);

    assertThat(engine.preemptions()).isEqualTo(1);
    assertThat(heard.ended.keySet()).containsExactly("a", "b");
    assertThat(engine.kvTokensInUse()).isZero();
  }

  @Test
  void ordersItsQueueByPriorityWhereItIsTold() {
    var engine = new EngineModel<>(profile(16_000, 2048, 1), EngineOrder.PRIORITY, heard);

    engine.submit("running", demand(1, 2), 0);
    engine.advanceTo(5 * MILLI);
    engine.submit("late", new Demand(1, 1, BlockRuns.NONE, BlockRuns.NONE, 16, 3), 5 * MILLI);
    engine.submit("early", new Demand(1, 1, BlockRuns.NONE, BlockRuns.NONE, 16, 1), 6 * MILLI);
    run(engine);

    assertThat(heard.ended.keySet()).containsExactly("running", "early", "late");
  }

  @Test
  void refusesWhatItCanNeverHold() {
    var engine = engine(160, 2048, 256);

    assertThatThrownBy(() -> engine.submit("a", demand(200, 1), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("200");
  }

  /// 3,000 random calls, looked at rarely or every millisecond: the times are the same, memory is
  /// never overdrawn, every call begins once and ends once, and nothing stays in use.
  @Test
  void jumpsToTheSameTimesAsItSteps() {
    var jumping = new Heard();
    var stepping = new Heard();
    for (var pair : List.of(Map.entry(jumping, 1000L), Map.entry(stepping, 1L))) {
      var engine = new EngineModel<>(profile(8_000, 256, 24), EngineOrder.ARRIVAL, pair.getKey());
      var random = new SplittableRandom(5);
      long now = 0;
      for (int call = 0; call < 3000; call++) {
        long next = now + random.nextLong(400 * MILLI);
        for (long at = now; at < next; at += pair.getValue() * MILLI) {
          engine.advanceTo(at);
        }
        engine.advanceTo(next);
        now = next;
        int prompt = random.nextInt(900);
        var blocks =
            prompt < 16
                ? BlockRuns.NONE
                : new BlockRuns(new long[] {random.nextInt(6) * 1000L}, new int[] {prompt / 16});
        engine.submit(
            "c" + call, new Demand(prompt, 1 + random.nextInt(80), blocks, blocks, 16, 0), now);
        assertThat(engine.kvTokensInUse()).isLessThanOrEqualTo(engine.kvCapacityTokens());
      }
      run(engine);
      assertThat(engine.running()).isZero();
      assertThat(engine.kvTokensInUse()).isZero();
    }

    assertThat(jumping.ended).hasSize(3000).isEqualTo(stepping.ended);
    assertThat(jumping.begun).hasSize(3000).isEqualTo(stepping.begun);
  }

  private static void run(EngineModel<String> engine) {
    engine.advanceTo(Long.MAX_VALUE - 1);
  }

  private static Demand demand(int promptTokens, int outputTokens) {
    return new Demand(promptTokens, outputTokens, BlockRuns.NONE, BlockRuns.NONE, 16, 0);
  }

  private EngineModel<String> engine(long kvTokens, int stepTokens, int sequences) {
    return new EngineModel<>(profile(kvTokens, stepTokens, sequences), EngineOrder.ARRIVAL, heard);
  }

  private static EngineProfile profile(long kvTokens, int stepTokens, int sequences) {
    long milli = 1_000_000_000L;
    return new EngineProfile(
        "test",
        new StepTime(10 * milli, 0, milli, 0, 0, 0),
        kvTokens,
        10_000,
        stepTokens,
        sequences);
  }
}
