package dev.troupe.simulation.workload;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/// A trace of spans as a program. Its kind, and with it its tenant, is the name of the first span.
///
/// It begins with its first call. Another call waits from the end of the last call that it needs to its
/// own start, where the spans of tools lie.
///
/// Spans say nothing of what prompts have in common. Assumed: a call continues, of the calls before it
/// that went to the same model, the one with the longest prompt that is not longer than its own; what
/// was generated there follows that prompt. Programs have nothing in common.
///
/// @param calls as [SpanOrder] has them
record SpanProgram(String id, String kind, List<SpanCall> calls) {

  SpanProgram {
    calls = List.copyOf(calls);
  }

  /// @param spans of one trace
  /// @throws BadTraceException when they are no tree, or a call counts no tokens
  static SpanProgram of(Path file, List<Span> spans) throws BadTraceException {
    var tree = SpanTree.of(file, spans);
    return new SpanProgram(spans.getFirst().trace(), tree.first().name(), SpanOrder.of(tree));
  }

  /// Wall time at which the first call began.
  long startNanos() {
    return calls.stream().mapToLong(call -> call.span().startNanos()).min().orElseThrow();
  }

  /// @param zeroNanos wall time from which arrivals count
  /// @param names for the blocks of all programs of a file
  /// @param seed for waits that are drawn
  ProgramTrace trace(long zeroNanos, BlockNames names, WaitRule waits, long seed) {
    var random = WaitRule.randomOf(id, seed);
    var prompts = prompts(names);
    var traces = new ArrayList<CallTrace>(calls.size());
    for (int at = 0; at < calls.size(); at++) {
      traces.add(call(calls.get(at), prompts.get(at).blocks(), waits, random));
    }
    return new ProgramTrace(
        id,
        kind,
        kind,
        startNanos() - zeroNanos,
        Passage.BLOCK_TOKENS,
        KeptBlocks.of(Passage.BLOCK_TOKENS, traces));
  }

  private CallTrace call(SpanCall call, BlockRuns prompt, WaitRule waits, RandomGenerator random) {
    long readyNanos =
        call.parents().stream()
            .mapToLong(parent -> calls.get(parent).span().endNanos())
            .max()
            .orElseGet(this::startNanos);
    long recordedNanos = call.span().startNanos() - readyNanos;
    return new CallTrace(
        call.parents(),
        call.work().promptTokens(),
        call.work().outputTokens(),
        prompt,
        prompt,
        waits.waitNanos(!call.parents().isEmpty(), OptionalLong.of(recordedNanos), random));
  }

  private List<Passage> prompts(BlockNames names) {
    var prompts = new ArrayList<Passage>(calls.size());
    var before = new ArrayList<BitSet>(calls.size());
    for (var call : calls) {
      var earlier = new BitSet();
      for (int parent : call.parents()) {
        earlier.set(parent);
        earlier.or(before.get(parent));
      }
      before.add(earlier);
      var continued = continued(call, earlier, prompts);
      prompts.add(continued.then(call.work().promptTokens() - continued.tokens(), names));
    }
    return prompts;
  }

  /// The prompt that a call's own begins with.
  private Passage continued(SpanCall call, BitSet earlier, List<Passage> prompts) {
    var longest = Passage.EMPTY;
    for (int at = earlier.nextSetBit(0); at >= 0; at = earlier.nextSetBit(at + 1)) {
      int tokens = prompts.get(at).tokens();
      if (tokens >= longest.tokens()
          && tokens <= call.work().promptTokens()
          && calls.get(at).work().model().equals(call.work().model())) {
        longest = prompts.get(at);
      }
    }
    return longest;
  }
}
