package dev.troupe.chaos;

import dev.troupe.program.Usage;
import dev.troupe.simulation.workload.BlockRuns;
import dev.troupe.simulation.workload.CallTrace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Attempts to judge. Times are in seconds.
final class AttemptSamples {

  static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final int BLOCK_TOKENS = 16;

  private AttemptSamples() {}

  /// A completed call of 100 uncached prompt tokens and 10 output tokens, where its program's cache is.
  static Attempt completed(String program, int call, int node, double sent, double end) {
    int cachedTokens = 40 * BLOCK_TOKENS;
    var answer = Answer.completed(new Usage(cachedTokens + 100, cachedTokens, 10), nanos(end));
    return attempt(program, call, node, sent, end, answer, 40);
  }

  /// A completed call on node 0.
  ///
  /// @param blocks of its prompt, which begins as all prompts of the program
  /// @param cachedBlocks of them that the engine had
  static Attempt cached(
      String program, int call, double sent, double end, int blocks, int cachedBlocks) {
    var usage = new Usage(blocks * BLOCK_TOKENS, cachedBlocks * BLOCK_TOKENS, 10);
    return attempt(program, call, 0, sent, end, Answer.completed(usage, nanos(end)), blocks);
  }

  static Attempt broken(
      String program, int call, int node, double sent, double end, Outcome outcome) {
    return attempt(program, call, node, sent, end, Answer.broken(outcome, "broken"), 40);
  }

  private static Attempt attempt(
      String program, int call, int node, double sent, double end, Answer answer, int blocks) {
    var prompt = new BlockRuns(new long[] {program.hashCode()}, new int[] {blocks});
    var trace = new CallTrace(List.of(), blocks * BLOCK_TOKENS, 10, prompt, prompt, 0);
    return new Attempt(
        program,
        call,
        new CallPlan(trace, BLOCK_TOKENS, 10),
        program + "/" + call,
        node,
        nanos(sent),
        nanos(end),
        answer);
  }

  /// Node 1 is lost for a time.
  static Disturbance lossOfNode1(double from, double until) {
    return new Disturbance(
        "node-2",
        nanos(from),
        nanos(until),
        List.of(new Outage(1, nanos(from), nanos(from + 0.5), nanos(until))),
        Optional.of(Duration.ofSeconds(8)),
        Duration.ZERO,
        Optional.empty());
  }

  /// Node 0 is started again while the others are paused.
  static Disturbance loneRestart(double from, double until, Solitude solitude) {
    return new Disturbance(
        "node-1",
        nanos(from),
        nanos(until),
        List.of(new Outage(0, nanos(from), nanos(from + 0.5), nanos(until))),
        Optional.empty(),
        Duration.ZERO,
        Optional.of(solitude));
  }

  private static long nanos(double seconds) {
    return Math.round(seconds * SECOND);
  }
}
