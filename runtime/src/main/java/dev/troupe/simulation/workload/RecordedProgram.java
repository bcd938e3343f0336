package dev.troupe.simulation.workload;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/// The recorded calls of one program, by their arrival.
///
/// A call needs those that its caller named, as far as they came before it; where none is named, those
/// that had ended when it came, as [Succession] has it. It waits from the last end of what it needs to
/// its own arrival.
final class RecordedProgram {

  private final List<RecordedCall> calls;
  private final List<List<Integer>> parents;

  private RecordedProgram(List<RecordedCall> calls, List<List<Integer>> parents) {
    this.calls = calls;
    this.parents = parents;
  }

  /// The programs of a recording, by arrival.
  ///
  /// @param recorded calls of all programs, in any order, at least one
  /// @param seed for waits that are drawn
  static List<ProgramTrace> all(List<RecordedCall> recorded, WaitRule waits, long seed) {
    var byProgram =
        recorded.stream()
            .collect(groupingBy(RecordedCall::program, LinkedHashMap::new, toList()))
            .values();
    var programs =
        byProgram.stream()
            .map(RecordedProgram::of)
            .sorted(Comparator.comparingLong(RecordedProgram::startNanos))
            .toList();
    var prompts = new KnownPrompts();
    long zeroNanos = programs.getFirst().startNanos();
    return programs.stream()
        .map(program -> program.trace(zeroNanos, prompts, waits, seed))
        .toList();
  }

  /// @param recorded of one program, at least one
  private static RecordedProgram of(List<RecordedCall> recorded) {
    var calls =
        recorded.stream()
            .sorted(
                Comparator.comparingLong(RecordedCall::startNanos)
                    .thenComparingLong(RecordedCall::endNanos))
            .toList();
    var order = new Succession();
    var positions = new HashMap<String, Integer>();
    var parents = new ArrayList<List<Integer>>(calls.size());
    for (var call : calls) {
      var named = named(call, positions);
      parents.add(named.isEmpty() ? order.lastBefore(call.startNanos()) : List.copyOf(named));
      positions.put(call.id(), order.size());
      order.add(call);
    }
    return new RecordedProgram(calls, parents);
  }

  private static SequencedSet<Integer> named(RecordedCall call, Map<String, Integer> positions) {
    var named = new TreeSet<Integer>();
    for (var parent : call.parents()) {
      var position = positions.get(parent);
      if (position != null) {
        named.add(position);
      }
    }
    return named;
  }

  /// Wall time at which its first call came.
  private long startNanos() {
    return calls.getFirst().startNanos();
  }

  /// @param zeroNanos wall time from which arrivals count
  /// @param prompts of all programs of a recording
  /// @param seed for waits that are drawn
  private ProgramTrace trace(long zeroNanos, KnownPrompts prompts, WaitRule waits, long seed) {
    var program = calls.getFirst().program();
    var random = WaitRule.randomOf(program.id(), seed);
    var traces = new ArrayList<CallTrace>(calls.size());
    for (int at = 0; at < calls.size(); at++) {
      traces.add(trace(at, prompts, waits, random));
    }
    var trace =
        new ProgramTrace(
            program.id(),
            program.tenant(),
            program.tenant(),
            startNanos() - zeroNanos,
            Passage.BLOCK_TOKENS,
            KeptBlocks.of(Passage.BLOCK_TOKENS, traces));
    return waits instanceof WaitRule.Recorded ? trace.servedIn(servedNanos()) : trace;
  }

  private long servedNanos() {
    return calls.stream().mapToLong(RecordedCall::endNanos).max().orElseThrow() - startNanos();
  }

  private CallTrace trace(int at, KnownPrompts prompts, WaitRule waits, RandomGenerator random) {
    var call = calls.get(at);
    long readyNanos =
        parents.get(at).stream()
            .mapToLong(parent -> calls.get(parent).endNanos())
            .max()
            .orElseGet(this::startNanos);
    var prompt = prompts.blocks(call.prompt(), call.promptTokens());
    return new CallTrace(
        parents.get(at),
        call.promptTokens(),
        Math.max(1, call.outputTokens()),
        prompt,
        prompt,
        waits.waitNanos(
            !parents.get(at).isEmpty(),
            OptionalLong.of(Math.max(0, call.startNanos() - readyNanos)),
            random));
  }
}
