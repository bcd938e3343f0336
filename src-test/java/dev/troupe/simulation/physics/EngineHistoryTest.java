package dev.troupe.simulation.physics;

import static dev.troupe.simulation.physics.EngineLog.demand;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.simulation.workload.BlockRuns;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Random histories of an engine with little memory.
class EngineHistoryTest {

  private static final int SUBMISSIONS = 10_000;
  private static final StepTime STEP =
      new StepTime(1_000_000_123, 7_777, 20_000_001, 10_003, 777, 300_007);

  private record Submission(String call, Demand demand, long atNanos) {}

  @ParameterizedTest
  @EnumSource(EngineOrder.class)
  void beginsAndEndsEachCallOnceWithinItsMemory(EngineOrder order) {
    var log = new EngineLog();
    var engine = new EngineModel<String>(narrow(order), log);
    for (var submission : submissions(new Random(1))) {
      while (engine.nextEventNanos() < submission.atNanos()) {
        engine.advanceTo(engine.nextEventNanos());
        assertThat(engine.kvTokensInUse()).isBetween(0L, engine.kvCapacityTokens());
        assertThat(engine.running()).isLessThanOrEqualTo(12);
      }
      engine.advanceTo(submission.atNanos());
      engine.submit(submission.call(), submission.demand(), submission.atNanos());
    }
    engine.advanceTo(Long.MAX_VALUE / 2);

    assertThat(engine.running() + engine.waiting()).isZero();
    assertThat(engine.kvTokensInUse()).isZero();
    assertThat(engine.preemptions()).isGreaterThan(100);
    assertThat(log.times).isSorted();
    assertThat(calls(log, "begin ")).hasSize(SUBMISSIONS).doesNotHaveDuplicates();
    assertThat(calls(log, "end ")).hasSize(SUBMISSIONS).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({"ARRIVAL, 1", "ARRIVAL, 2", "PRIORITY, 3", "PRIORITY, 4"})
  void comesToTheSameTimesHoweverOftenItIsAskedToAdvance(EngineOrder order, long seed) {
    var far = new EngineLog();
    var near = new EngineLog();
    var jumping = new EngineModel<String>(narrow(order), far);
    var stepping = new EngineModel<String>(narrow(order), near);
    var random = new Random(seed);
    long now = 0;
    for (var submission : submissions(random)) {
      jumping.advanceTo(submission.atNanos());
      while (now < submission.atNanos()) {
        now = Math.min(submission.atNanos(), now + random.nextLong(1, 3_000_000));
        stepping.advanceTo(now);
      }
      if (random.nextInt(20) == 0) {
        pinOrUnpin(random.nextBoolean(), submission, jumping, stepping);
      }
      assertThat(stepping.kvTokensInUse()).isEqualTo(jumping.kvTokensInUse());
      jumping.submit(submission.call(), submission.demand(), submission.atNanos());
      stepping.submit(submission.call(), submission.demand(), submission.atNanos());
    }
    jumping.advanceTo(Long.MAX_VALUE / 2);
    while (stepping.nextEventNanos() < Long.MAX_VALUE) {
      now += random.nextLong(1, 3_000_000);
      stepping.advanceTo(now);
    }

    assertThat(near.lines).hasSize(2 * SUBMISSIONS).isEqualTo(far.lines);
    assertThat(near.times).isEqualTo(far.times);
    assertThat(stepping.preemptions()).isEqualTo(jumping.preemptions());
    assertThat(stepping.recomputedTokens()).isEqualTo(jumping.recomputedTokens()).isPositive();
  }

  /// The reference takes each step and counts each token by itself.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void takesAsLongAsOneThatCountsEveryToken(long seed) {
    var profile =
        new EngineProfile("wide", STEP, 16L * 100_000, 16 * 1000, 256, 12, EngineOrder.ARRIVAL);
    var random = new Random(seed);
    var log = new EngineLog();
    var engine = new EngineModel<String>(profile, log);
    var reference = new SteppedEngine(profile);
    long at = 0;
    for (int call = 0; call < 1000; call++) {
      at += random.nextLong(60_000_000);
      int promptTokens = random.nextInt(1, 600);
      int outputTokens = random.nextInt(1, 60);
      engine.advanceTo(at);
      engine.submit("c" + call, demand(promptTokens, outputTokens), at);
      reference.submit("c" + call, promptTokens, outputTokens, at);
    }
    engine.advanceTo(Long.MAX_VALUE / 2);

    assertThat(log.lines.stream().filter(line -> line.startsWith("end")))
        .containsExactlyInAnyOrderElementsOf(reference.run());
  }

  private static void pinOrUnpin(
      boolean pin,
      Submission submission,
      EngineModel<String> jumping,
      EngineModel<String> stepping) {
    for (var engine : List.of(jumping, stepping)) {
      if (pin) {
        engine.pin(submission.demand().prompt(), submission.atNanos());
      } else {
        engine.unpin(submission.demand().prompt(), submission.atNanos());
      }
    }
  }

  private static EngineProfile narrow(EngineOrder order) {
    return new EngineProfile("narrow", STEP, 16L * 150, 16 * 150, 256, 12, order);
  }

  private static List<Submission> submissions(RandomGenerator random) {
    var submissions = new ArrayList<Submission>();
    long at = 0;
    for (int call = 0; call < SUBMISSIONS; call++) {
      at += random.nextInt(4) == 0 ? 0 : random.nextLong(50_000_000);
      submissions.add(new Submission("c" + call, demandOf(random, call), at));
    }
    return submissions;
  }

  /// Prompts of 20 families, each of which shares its beginnings.
  private static Demand demandOf(RandomGenerator random, int call) {
    int promptTokens = random.nextInt(1, 700);
    int outputTokens = 1 + random.nextInt(random.nextInt(1, 300));
    int blocks = promptTokens / 16;
    int shared = Math.min(blocks, random.nextInt(20));
    int own = blocks - shared;
    long family = random.nextInt(20) * 1000L;
    long unique = 1_000_000 + call * 1000L;
    int grown = (promptTokens + outputTokens) / 16 - blocks;
    return new Demand(
        promptTokens,
        outputTokens,
        runs(family, shared, unique, own),
        runs(family, shared, unique, own + grown),
        16,
        random.nextInt(3));
  }

  private static BlockRuns runs(long first, int count, long second, int more) {
    if (count == 0) {
      return more == 0 ? BlockRuns.NONE : EngineLog.run(second, more);
    }
    return more == 0
        ? EngineLog.run(first, count)
        : new BlockRuns(new long[] {first, second}, new int[] {count, more});
  }

  private static List<String> calls(EngineLog log, String event) {
    return log.lines.stream()
        .filter(line -> line.startsWith(event))
        .map(line -> line.split(" ")[1])
        .toList();
  }
}
