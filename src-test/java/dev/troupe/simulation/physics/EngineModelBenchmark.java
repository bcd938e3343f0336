package dev.troupe.simulation.physics;

import dev.troupe.simulation.workload.BlockRuns;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Calls an engine gets through in a second of wall time. Expected: more than 50,000 short ones.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EngineModelBenchmark {

  private static final int CALLS = 5_000;

  private static final EngineProfile PROFILE = ProfileSettings.shipped().profile("A100-8B");

  private final Nobody nobody = new Nobody();

  private static final class Nobody implements EngineModel.Listener<Integer> {

    @Override
    public void began(Integer call, int cachedTokens, long atNanos) {}

    @Override
    public void ended(Integer call, long atNanos) {}
  }

  /// 400 tokens in, 100 out, half of the prompt one of 50 shared ones, 12 calls a second.
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public long shortCalls() {
    var random = new Random(1);
    var engine = new EngineModel<Integer>(PROFILE, nobody);
    long at = 0;
    for (int call = 0; call < CALLS; call++) {
      at += random.nextLong(160_000_000);
      var prompt =
          new BlockRuns(
              new long[] {random.nextInt(50) * 100L, 1_000_000 + call * 50L}, new int[] {13, 12});
      engine.advanceTo(at);
      engine.submit(call, new Demand(400, 100, prompt, prompt, 16, 0), at);
    }
    return drained(engine);
  }

  /// A hundred sessions whose prompts grow from 20,000 to 120,000 tokens, in blocks of 64.
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public long growingSessions() {
    var engine = new EngineModel<Integer>(PROFILE, nobody);
    long at = 0;
    for (int call = 0; call < CALLS; call++) {
      at += 1_000_000_000L;
      int turn = call / 3 % 50;
      int session = call % 3 + 3 * (call / 150);
      int promptTokens = 20_000 + 2_000 * turn;
      var prompt = EngineLog.run(session * 10_000L, promptTokens / 64);
      engine.advanceTo(at);
      engine.submit(call, new Demand(promptTokens, 200, prompt, prompt, 64, 0), at);
    }
    return drained(engine);
  }

  private static long drained(EngineModel<Integer> engine) {
    engine.advanceTo(Long.MAX_VALUE / 2);
    return engine.recomputedTokens();
  }
}
