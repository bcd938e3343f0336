package dev.troupe.simulation.physics;

import static dev.troupe.simulation.physics.EngineLog.demand;
import static dev.troupe.simulation.physics.EngineLog.run;
import static dev.troupe.simulation.physics.EngineLog.urgent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.simulation.workload.BlockRuns;
import org.junit.jupiter.api.Test;

/// Steps take 1 ms, or 0.1 ms a token where that is more. A step has 100 tokens.
class EngineModelTest {

  private static final StepTime STEP = new StepTime(1_000_000_000, 0, 100_000_000, 0, 0, 0);

  private final EngineLog log = new EngineLog();

  @Test
  void makesTheFirstTokenWithThePrefillAndOneInEachStepAfterIt() {
    var engine = engine(100, 8);
    engine.submit("a", demand(50, 5), 0);

    drain(engine);

    // 50 tokens take 5 ms; 4 more tokens 1 ms each.
    assertThat(log.lines).containsExactly("begin a 0", "end a 9000");
    assertThat(engine.nextEventNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void endsACallOfOneTokenWithItsPrefill() {
    var engine = engine(100, 8);
    engine.submit("a", demand(50, 1), 0);

    drain(engine);

    assertThat(log.lines).containsExactly("begin a 0", "end a 5000");
  }

  @Test
  void prefillsInChunksBesideDecodes() {
    var engine = engine(100, 8);
    engine.submit("a", demand(10, 10), 0);
    engine.advanceTo(500_000);
    engine.submit("b", demand(150, 1), 500_000);

    drain(engine);

    // 1 ms: a's prefill. Then 1 + 99 tokens take 10 ms, 1 + 51 take 5.2 ms, and a's other 7 tokens
    // 1 ms each.
    assertThat(log.lines)
        .containsExactly("begin a 0", "begin b 1000", "end b 16200", "end a 23200");
  }

  @Test
  void splitsTheBudgetOfAStepInOrderOfAdmission() {
    var engine = engine(100, 8);
    engine.submit("a", demand(80, 1), 0);
    engine.submit("b", demand(80, 1), 0);

    drain(engine);

    // 80 + 20 tokens, then 60.
    assertThat(log.lines).containsExactly("begin a 0", "begin b 0", "end a 10000", "end b 16000");
  }

  @Test
  void runsNoMoreCallsThanItMay() {
    var engine = engine(100, 2);
    engine.submit("a", demand(10, 3), 0);
    engine.submit("b", demand(10, 3), 0);
    engine.submit("c", demand(10, 3), 0);
    engine.advanceTo(0);
    engine.advanceTo(1);
    assertThat(engine.running()).isEqualTo(2);
    assertThat(engine.waiting()).isEqualTo(1);

    drain(engine);

    // 20 tokens and two steps; then 10 tokens and two steps.
    assertThat(log.lines)
        .containsExactly(
            "begin a 0", "begin b 0", "end a 4000", "end b 4000", "begin c 4000", "end c 7000");
  }

  @Test
  void letsACallSubmittedAtTheEndOfAnotherIntoTheVeryNextStep() {
    var engine = engine(100, 8);
    engine.submit("a", demand(10, 2), 0);
    engine.advanceTo(2_000_000);
    engine.submit("b", demand(10, 1), 2_000_000);

    drain(engine);

    assertThat(log.lines).containsExactly("begin a 0", "end a 2000", "begin b 2000", "end b 3000");
  }

  @Test
  void cutsALongRunOfStepsWhenACallComes() {
    var engine = engine(100, 8);
    engine.submit("a", demand(10, 1000), 0);
    engine.advanceTo(500_500_000);
    engine.submit("b", demand(30, 1), 500_500_000);

    drain(engine);

    // b begins with the step at 501 ms, which it makes 3.1 ms long.
    assertThat(log.lines)
        .containsExactly("begin a 0", "begin b 501000", "end b 504100", "end a 1002100");
  }

  @Test
  void addsTheReadingOfContextsAndTheAttentionOfPrefills() {
    // 1 us a token of context, 10 ns a pair, 3 us a step.
    var step = new StepTime(1_000_000_000, 0, 100_000_000, 1_000_000, 10_000, 3_000_000);
    var engine = engine(new EngineProfile("test", step, 1600, 1600, 100, 8, EngineOrder.ARRIVAL));
    engine.submit("a", demand(120, 4), 0);

    drain(engine);

    // 10 ms + 100 x 50 pairs x 10 ns + 3 us = 10,053 us
    //  2 ms +  20 x (100 + 10) pairs x 10 ns + 3 us = 2,025 us
    // 3 x 1,003 us + (121 + 122 + 123) us = 3,375 us
    assertThat(log.lines).containsExactly("begin a 0", "end a 15453");
  }

  @Test
  void prefillsOnlyWhatTheCacheDoesNotHold() {
    var engine = engine(100, 8);
    engine.submit("a", demand(96, 1, run(1, 6)), 0);
    drain(engine);
    engine.submit(
        "b", demand(96, 1, new BlockRuns(new long[] {1, 70}, new int[] {4, 2})), 20_000_000);

    drain(engine);

    assertThat(log.lines)
        .containsExactly("begin a 0", "end a 9600", "begin b 20000 +64", "end b 23200");
  }

  @Test
  void countsABlockOfTheTraceAsSeveralOfTheEngine() {
    var engine = engine(100, 8);
    var prompt = run(1, 2);
    engine.submit("a", new Demand(130, 1, prompt, prompt, 64, 0), 0);
    engine.advanceTo(0);
    engine.advanceTo(1);
    // 130 tokens take 9 blocks of 16.
    assertThat(engine.kvTokensInUse()).isEqualTo(144);
    drain(engine);
    assertThat(engine.kvTokensInUse()).isZero();
    engine.submit("again", new Demand(130, 1, prompt, prompt, 64, 0), 20_000_000);
    drain(engine);

    assertThat(log.lines).contains("begin again 20000 +128");
  }

  @Test
  void keepsTheBlocksThatTheOutputFilled() {
    var engine = engine(100, 8);
    engine.submit("a", new Demand(20, 30, run(1, 1), run(1, 3), 16, 0), 0);

    drain(engine);

    assertThat(cached(engine, run(1, 5), 50_000_000)).isEqualTo(48);
  }

  @Test
  void sharesAPromptAmongCallsOfOneStep() {
    var engine = engine(100, 8);
    engine.submit("a", demand(64, 1, run(1, 4)), 0);
    engine.submit("b", demand(64, 1, run(1, 4)), 0);

    drain(engine);

    // 64 tokens, and the last one of b.
    assertThat(log.lines).containsExactly("begin a 0", "begin b 0 +63", "end a 6500", "end b 6500");
  }

  @Test
  void computesOneTokenOfAPromptThatIsAllCached() {
    var engine = engine(100, 8);
    engine.submit("a", demand(96, 1, run(1, 6)), 0);
    drain(engine);
    engine.submit("b", demand(96, 1, run(1, 6)), 20_000_000);

    drain(engine);

    assertThat(log.lines).endsWith("begin b 20000 +95", "end b 21000");
  }

  @Test
  void ignoresBlocksBeyondTheTokens() {
    var engine = engine(100, 8);
    engine.submit("a", demand(40, 1, run(1, 9)), 0);

    drain(engine);

    assertThat(cached(engine, run(1, 9), 50_000_000)).isEqualTo(32);
  }

  @Test
  void evictsWhatWasUsedLongestAgoAndItsDeepestBlockFirst() {
    var engine = engine(10, 8);
    engine.submit("a", demand(64, 1, run(100, 4)), 0);
    drain(engine);
    engine.submit("b", demand(64, 1, run(200, 4)), 20_000_000);
    drain(engine);

    // Two of ten blocks are free: three must go.
    engine.submit("c", demand(80, 1, run(300, 5)), 40_000_000);
    drain(engine);

    assertThat(cached(engine, run(300, 5), 60_000_000)).isEqualTo(80);
    assertThat(cached(engine, run(200, 4), 70_000_000)).isEqualTo(64);
    assertThat(cached(engine, run(100, 4), 80_000_000)).isEqualTo(16);
  }

  @Test
  void countsAHitAsUse() {
    var engine = engine(10, 8);
    engine.submit("a", demand(64, 1, run(100, 4)), 0);
    drain(engine);
    engine.submit("b", demand(64, 1, run(200, 4)), 20_000_000);
    drain(engine);
    engine.submit("a again", demand(64, 1, run(100, 4)), 40_000_000);
    drain(engine);

    engine.submit("c", demand(80, 1, run(300, 5)), 60_000_000);
    drain(engine);

    assertThat(cached(engine, run(100, 4), 80_000_000)).isEqualTo(64);
    assertThat(cached(engine, run(200, 4), 90_000_000)).isEqualTo(16);
  }

  @Test
  void preemptsTheCallAdmittedLastWhenMemoryRunsOut() {
    var engine = engine(4, 8);
    engine.submit("a", demand(32, 20), 0);
    engine.submit("b", demand(32, 20), 0);

    drain(engine);

    // 6.4 ms prefill fills all four blocks; b gives way. a: 19 steps. b: 33 tokens again, 18 steps.
    assertThat(log.lines).containsExactly("begin a 0", "begin b 0", "end a 25400", "end b 46700");
    assertThat(engine.preemptions()).isEqualTo(1);
    assertThat(engine.recomputedTokens()).isEqualTo(32);
  }

  @Test
  void findsWhatIsLeftOfItsOwnPromptAfterAPreemption() {
    var engine = engine(5, 8);
    engine.submit("a", demand(32, 20), 0);
    engine.submit("b", demand(32, 20, run(1, 2)), 0);

    drain(engine);

    // a takes the free block, later the deeper one of b's two. b computes 33 - 16 tokens again.
    assertThat(log.lines).containsExactly("begin a 0", "begin b 0", "end a 25400", "end b 45100");
    assertThat(engine.recomputedTokens()).isEqualTo(32 - 16);
  }

  @Test
  void putsAPreemptedCallBeforeThoseThatWait() {
    var engine = engine(4, 8);
    engine.submit("a", demand(32, 20), 0);
    engine.submit("b", demand(32, 20), 0);
    engine.submit("c", demand(64, 1), 0);

    drain(engine);

    assertThat(log.lines)
        .containsExactly(
            "begin a 0", "begin b 0", "end a 25400", "end b 46700", "begin c 46700", "end c 53100");
  }

  @Test
  void admitsByPriorityWhereItsOrderIsThat() {
    var engine = engine(100, 1, EngineOrder.PRIORITY);
    engine.submit("a", urgent(10, 2, 5), 0);
    engine.advanceTo(500_000);
    engine.advanceTo(500_000);
    engine.submit("late", urgent(10, 1, 7), 500_000);
    engine.submit("soon", urgent(10, 1, 3), 500_000);
    engine.submit("soon too", urgent(10, 1, 3), 500_000);

    drain(engine);

    assertThat(log.lines.stream().filter(line -> line.startsWith("begin")))
        .containsExactly("begin a 0", "begin soon 2000", "begin soon too 3000", "begin late 4000");
  }

  @Test
  void knowsNoPriorityWhereItsOrderIsThatOfArrival() {
    var engine = engine(100, 1);
    engine.submit("a", urgent(10, 1, 5), 0);
    engine.submit("b", urgent(10, 1, 3), 0);

    drain(engine);

    assertThat(log.lines).startsWith("begin a 0", "end a 1000");
  }

  @Test
  void preemptsTheLeastUrgentWhereItsOrderIsThatOfPriority() {
    var engine = engine(4, 8, EngineOrder.PRIORITY);
    engine.submit("idle", urgent(32, 20, 9), 0);
    engine.advanceTo(0);
    engine.advanceTo(1);
    engine.submit("urgent", urgent(32, 20, 1), 1);

    drain(engine);

    // The first step's 3.2 ms, then 32 tokens beside one decode do not fit: one block is left, two
    // are needed. idle decodes 19 steps.
    assertThat(log.lines.get(1)).isEqualTo("end idle 22200");
    assertThat(engine.preemptions()).isZero();

    var other = new EngineLog();
    var wide = engine(5, 8, EngineOrder.PRIORITY, other);
    wide.submit("idle", urgent(16, 40, 9), 0);
    wide.advanceTo(1);
    wide.submit("urgent", urgent(32, 20, 1), 1);
    drain(wide);
    assertThat(wide.preemptions()).isEqualTo(1);
    assertThat(other.lines.get(2)).startsWith("end urgent");
  }

  @Test
  void keepsPinnedBlocks() {
    var engine = engine(10, 8);
    engine.submit("a", demand(64, 1, run(100, 4)), 0);
    drain(engine);
    engine.pin(run(100, 4), 20_000_000);
    engine.submit("b", demand(64, 1, run(200, 4)), 20_000_000);
    drain(engine);
    engine.submit("c", demand(80, 1, run(300, 5)), 40_000_000);
    drain(engine);
    assertThat(cached(engine, run(100, 4), 50_000_000)).isEqualTo(64);
    assertThat(cached(engine, run(200, 4), 55_000_000)).isEqualTo(16);

    engine.unpin(run(100, 4), 70_000_000);
    engine.submit("d", demand(160, 1, run(400, 10)), 70_000_000);
    drain(engine);
    assertThat(cached(engine, run(100, 4), 100_000_000)).isZero();
  }

  @Test
  void givesUpTheLatestPinWhenNothingRunsAndMemoryIsShort() {
    var engine = engine(10, 8);
    engine.submit("a", demand(64, 1, run(100, 4)), 0);
    drain(engine);
    engine.pin(run(100, 4), 20_000_000);
    engine.submit("b", demand(64, 1, run(200, 4)), 20_000_000);
    drain(engine);
    engine.pin(run(200, 4), 40_000_000);

    engine.submit("c", demand(96, 1, run(300, 6)), 40_000_000);
    drain(engine);

    assertThat(cached(engine, run(100, 4), 60_000_000)).isEqualTo(64);
    assertThat(cached(engine, run(200, 4), 70_000_000)).isZero();
    engine.unpin(run(200, 4), 80_000_000);
  }

  @Test
  void waitsForARunningCallBeforeItGivesUpAPin() {
    var engine = engine(10, 8);
    engine.submit("a", demand(64, 1, run(100, 4)), 0);
    drain(engine);
    engine.pin(run(100, 4), 20_000_000);
    engine.submit("b", demand(60, 4), 20_000_000);
    engine.submit("c", demand(60, 1), 20_000_000);

    drain(engine);

    // b holds four blocks and two are left. c begins when b has ended, in 6 + 3 ms.
    assertThat(log.lines).endsWith("begin b 20000", "end b 29000", "begin c 29000", "end c 35000");
    assertThat(cached(engine, run(100, 4), 60_000_000)).isEqualTo(64);
  }

  @Test
  void aPinGivenUpWhileACallDecodesDoesNotTurnTimeBack() {
    var engine = engine(100, 8);
    engine.submit("a", demand(64, 1, run(100, 4)), 0);
    drain(engine);
    engine.pin(run(100, 4), 20_000_000);
    engine.submit("b", demand(64, 90), 20_000_000);
    engine.advanceTo(20_000_000);
    engine.advanceTo(30_000_000);

    // b decodes, a step of a millisecond after the other, and nothing is to happen until it ends.
    engine.unpin(run(100, 4), 60_000_000);

    assertThat(engine.nextEventNanos()).isBetween(60_000_000L, 61_100_000L);
    drain(engine);
    assertThat(log.lines).hasSize(4);
    assertThat(log.lines.getLast()).startsWith("end b");
  }

  @Test
  void refusesACallThatCanNeverFit() {
    var engine = engine(4, 8);

    // The last token is never written to memory.
    engine.submit("just", demand(60, 5), 0);
    assertThatThrownBy(() -> engine.submit("never", demand(60, 6), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("60 and 6");
    drain(engine);
    assertThat(log.lines).containsExactly("begin just 0", "end just 10000");
  }

  @Test
  void refusesTimesThatArePastAndSubmissionsAheadOfTheSteps() {
    var engine = engine(100, 8);
    engine.submit("a", demand(10, 2), 0);

    assertThatThrownBy(() -> engine.submit("b", demand(10, 2), 1))
        .isInstanceOf(IllegalStateException.class);
    engine.advanceTo(5);
    assertThatThrownBy(() -> engine.advanceTo(4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> engine.submit("b", demand(10, 2), 4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private EngineModel<String> engine(int blocks, int maxSequences) {
    return engine(blocks, maxSequences, EngineOrder.ARRIVAL);
  }

  private EngineModel<String> engine(int blocks, int maxSequences, EngineOrder order) {
    return engine(blocks, maxSequences, order, log);
  }

  private static EngineModel<String> engine(
      int blocks, int maxSequences, EngineOrder order, EngineLog log) {
    var profile =
        new EngineProfile("test", STEP, 16L * blocks, 16 * 1000, 100, maxSequences, order);
    return new EngineModel<>(profile, log);
  }

  private EngineModel<String> engine(EngineProfile profile) {
    return new EngineModel<>(profile, log);
  }

  /// Tokens of a prompt's blocks that a call finds in the cache; what it does not find it puts there.
  private int cached(EngineModel<String> engine, BlockRuns prompt, long atNanos) {
    engine.submit("probe", demand(16 * prompt.length(), 1, prompt), atNanos);
    drain(engine);
    var begin = log.lines.get(log.lines.size() - 2);
    assertThat(begin).startsWith("begin probe " + atNanos / 1000);
    int found = begin.contains("+") ? Integer.parseInt(begin.replaceAll(".*\\+", "")) : 0;
    // The last token is computed anyway.
    return (found + 1) / 16 * 16;
  }

  private static void drain(EngineModel<String> engine) {
    while (engine.nextEventNanos() < Long.MAX_VALUE) {
      engine.advanceTo(engine.nextEventNanos());
    }
  }
}
